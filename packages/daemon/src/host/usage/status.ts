import { readProcStart } from './proc-file.ts'

/** A process as `/proc/PID/status` shows it (proc(5)). */
export interface ProcessStatus {
  /** Its effective user id, on the host. */
  readonly uid: number
  /** Its pid in each pid namespace that it is in, the host's first. */
  readonly pids: readonly number[]
  /** Resident memory in bytes; 0 when it has none, as one that has ended. */
  readonly resident: number
}

export const readStatus = async (pid: number): Promise<ProcessStatus | undefined> => {
  const text = await readProcStart(`/proc/${pid}/status`, statusLimit)
  return text === undefined ? undefined : parseStatus(text)
}

export const parseStatus = (text: string): ProcessStatus => ({
  uid: Number(text.match(/^Uid:\t\d+\t(\d+)/m)?.[1] ?? 0),
  pids: (text.match(/^NSpid:\t(.*)$/m)?.[1] ?? '').split('\t').filter(Boolean).map(Number),
  resident: Number(text.match(/^VmRSS:\s*(\d+) kB$/m)?.[1] ?? 0) * 1024,
})

// A process may be in 65,536 groups (NGROUPS_MAX), which stand before its pids.
const statusLimit = 1024 * 1024
