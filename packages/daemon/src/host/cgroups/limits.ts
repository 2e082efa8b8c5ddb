/** What a container may take of the host. Null is "no limit". */
export interface Limits {
  /** In processors: 1.5 is one and a half. */
  readonly cpus: number | null
  /** In bytes, swap included. */
  readonly memory: number | null
  /** A count of tasks: processes and their threads. */
  readonly pids: number | null
}

export type LimitName = keyof Limits

/** The kernel's name of the controller that each limit needs. */
export const controllerOf = { memory: 'memory', cpus: 'cpu', pids: 'pids' } as const satisfies Record<LimitName, string>

/** In the order in which they are set: the kernel is likeliest to refuse memory. */
export const limitNames = Object.keys(controllerOf) as readonly LimitName[]

/** Over which processor time is shared out, in microseconds: the kernel's own default. */
export const cpuPeriodUs = 100_000

/** The processor time of each period, in microseconds. */
export const cpuQuotaUs = (cpus: number): number => Math.round(cpus * cpuPeriodUs)

/** Why memory can't be limited to less than what is in use, both in bytes. */
export const overused = (used: number, asked: number): string =>
  `the container uses ${used} bytes, more than the ${asked} asked for`
