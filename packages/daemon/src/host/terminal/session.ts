import { readdirSync, readFileSync } from 'node:fs'
import { identify, type ProcessIdentity } from '../process.ts'

/**
 * The processes in the sessions (setsid(2)) that these processes lead or have led. The kernel gives a session's number to no
 * other process while anything is in it: once it is another process's, that session is empty.
 */
export const sessionMembers = (leaders: readonly ProcessIdentity[]): number[] => {
  const sessions = new Set(leaders.filter((leader) => !isReplaced(leader)).map(({ pid }) => pid))
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && sessions.has(sessionOf(name) ?? 0))
    .map(Number)
}

/** Signals processes that have just been found; "already gone" is success. */
export const signalAll = (pids: readonly number[], name: NodeJS.Signals): void => {
  for (const pid of pids) {
    try {
      process.kill(pid, name)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
    }
  }
}

const isReplaced = (leader: ProcessIdentity) => {
  const now = identify(leader.pid)
  return now !== undefined && now.start_time !== leader.start_time
}

/** The sixth field of /proc/PID/stat (proc(5)); undefined for what is gone or has ended. */
const sessionOf = (pid: string): number | undefined => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    const [state, , , session] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return state === 'Z' || state === 'X' ? undefined : Number(session)
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined
    throw error
  }
}
