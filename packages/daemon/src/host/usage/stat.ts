import { statFields } from '../process.ts'

/** A process as `/proc/PID/stat` shows it (proc(5)). Times are in clock ticks, of which a second has `ticksPerSecond`. */
export interface ProcessStat {
  /** The name of its program, which it can change; 15 bytes at most. */
  readonly name: string
  readonly state: string
  readonly parent: number
  readonly userTicks: number
  readonly systemTicks: number
  /** Of its children that have ended and that it took note of, and theirs. */
  readonly childrenUserTicks: number
  readonly childrenSystemTicks: number
  readonly threads: number
  /** Since the boot. */
  readonly startTicks: number
}

/** USER_HZ, which is 100 on all machines that Node runs on (times(2)). */
export const ticksPerSecond = 100

export const parseStat = (text: string): ProcessStat => {
  const { name, fields } = statFields(text)
  const numberAt = (field: number) => Number(fields[field - 3]) // as proc(5) counts them; the third is the first after the name
  return {
    name,
    state: fields[0] ?? '',
    parent: numberAt(4),
    userTicks: numberAt(14),
    systemTicks: numberAt(15),
    childrenUserTicks: numberAt(16),
    childrenSystemTicks: numberAt(17),
    threads: numberAt(20),
    startTicks: numberAt(22),
  }
}
