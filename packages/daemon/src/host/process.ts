import { readdirSync, readFileSync } from 'node:fs'
import * as z from 'zod'

/** A process that can be told from a later one with the same pid: `start_time` in clock ticks since the boot `boot_id`. */
export const ProcessIdentity = z.object({ boot_id: z.string(), pid: z.int().positive(), start_time: z.int() })
export type ProcessIdentity = z.output<typeof ProcessIdentity>

/** A process as `/proc/PID/stat` and its owner show it. */
export interface ProcessLook {
  /** In clock ticks since the boot. */
  readonly startTime: number
  /** Whether it has ended and only waits for its parent to take note. */
  readonly ended: boolean
}

let bootId: string | undefined

/** Changes at each boot of the machine, so never while this process lives. */
export const readBootId = (): string => {
  bootId ??= readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
  return bootId
}

/**
 * Reads `/proc/PID/stat` (proc(5)); undefined when there is no such process. Any other failure throws: what can't be read
 * is not "gone".
 */
export const readProcess = (pid: number): ProcessLook | undefined => {
  const stat = readProc(`/proc/${pid}/stat`)
  if (stat === undefined) return undefined
  const { fields } = statFields(stat)
  return { startTime: Number(fields[19]), ended: fields[0] === 'Z' || fields[0] === 'X' }
}

/** The text of `/proc/PID/stat` (proc(5)): the program's name, and the fields from the third on. */
export const statFields = (text: string): { readonly name: string; readonly fields: readonly string[] } => {
  // The second field is the name in parentheses and may itself hold spaces and parentheses.
  const end = text.lastIndexOf(')')
  return {
    name: text.slice(text.indexOf('(') + 1, end),
    fields: text
      .slice(end + 2)
      .trimEnd()
      .split(' '),
  }
}

/** The host's user id of a process, or undefined when it is gone. */
export const readOwner = (pid: number): number | undefined => {
  const uid = readProc(`/proc/${pid}/status`)?.match(/^Uid:\t(\d+)/m)?.[1]
  return uid === undefined ? undefined : Number(uid)
}

/** Whether this very process, not a later one with its pid, still lives. */
export const isAlive = (identity: ProcessIdentity): boolean => {
  if (identity.boot_id !== readBootId()) return false
  const look = readProcess(identity.pid)
  return look !== undefined && look.startTime === identity.start_time && !look.ended
}

/** The identity of a process that lives now, or undefined. */
export const identify = (pid: number): ProcessIdentity | undefined => {
  const look = readProcess(pid)
  return look && !look.ended ? { boot_id: readBootId(), pid, start_time: look.startTime } : undefined
}

/** Whether a process has children. True when the kernel doesn't tell (CONFIG_PROC_CHILDREN). */
export const hasChildren = (pid: number): boolean => {
  try {
    return readdirSync(`/proc/${pid}/task`).some((thread) => {
      const children = readProc(`/proc/${pid}/task/${thread}/children`)
      return children === undefined || children.trim() !== ''
    })
  } catch (error) {
    if (isGone(error)) return false
    throw error
  }
}

/**
 * Signals a process, but only if it is still the one meant and belongs to that user id: a record may name any pid. No
 * more than microseconds lie between the look and the signal. "Already gone" is success.
 */
export const signal = (identity: ProcessIdentity, owner: number, name: NodeJS.Signals): void => {
  if (!isAlive(identity)) return
  const found = readOwner(identity.pid)
  if (found === undefined) return // it has just ended
  if (found !== owner) throw new Error(`process ${identity.pid} does not belong to user ${owner}`)
  try {
    process.kill(identity.pid, name)
  } catch (error) {
    if (!isGone(error)) throw error
  }
}

/** SIGKILL to a process group that this daemon started; `pid` leads it. "Already gone" is success. */
export const killGroup = (pid: number | undefined): void => {
  if (pid === undefined) return
  try {
    process.kill(-pid, 'SIGKILL')
  } catch (error) {
    if (!isGone(error)) throw error
  }
}

const readProc = (path: string): string | undefined => {
  try {
    return readFileSync(path, 'latin1')
  } catch (error) {
    if (isGone(error)) return undefined
    throw error
  }
}

const isGone = (error: unknown) => ['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')
