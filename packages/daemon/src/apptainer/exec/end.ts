import { setTimeout as sleep } from 'node:timers/promises'
import type { ProcessIdentity } from '../../host/process.ts'
import { sessionMembers, signalAll } from '../../host/terminal/session.ts'
import { notStarted } from './failure.ts'
import { programsOf } from './program.ts'

const pollMs = 20
const killWaitMs = 5000

export interface Ending {
  readonly container: string
  /** Apptainer's process, which leads a session; in a terminal the program leads another one. */
  readonly starter: ProcessIdentity
  readonly hasEnded: () => boolean
  readonly hangUp: (() => void) | undefined
  readonly graceMs: number
}

/**
 * Ends a program that runs with all that has stayed in its session: SIGTERM, or SIGHUP by its terminal, and SIGKILL after the
 * grace. Rejects with an Error when it outlives that.
 */
export const endProgram = async ({ container, starter, hasEnded, hangUp, graceMs }: Ending): Promise<void> => {
  const leaders = [starter, ...programsOf(starter.pid)]
  const deadline = performance.now() + graceMs
  if (hangUp) hangUp()
  else terminate(leaders, starter)
  while (performance.now() < deadline) {
    if (hasEnded() && sessionMembers(leaders).length === 0) return
    await sleep(pollMs)
  }
  const lastly = performance.now() + killWaitMs
  for (let left = sessionMembers(leaders); left.length > 0; left = sessionMembers(leaders)) {
    if (performance.now() > lastly) throw notStarted(container, 'a program outlives SIGKILL (is the container paused?)')
    signalAll(left, 'SIGKILL')
    await sleep(pollMs)
  }
}

/** With the starter the kernel would kill the program, before that could tidy up: it gets the signal only while it is alone. */
const terminate = (leaders: readonly ProcessIdentity[], starter: ProcessIdentity) => {
  const members = sessionMembers(leaders)
  const programs = members.filter((pid) => pid !== starter.pid)
  signalAll(programs.length > 0 ? programs : members, 'SIGTERM')
}
