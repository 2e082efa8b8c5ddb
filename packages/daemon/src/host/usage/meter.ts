import { createLanes } from '../../lanes.ts'
import type { Cgroups, CgroupUsage } from '../cgroups/cgroups.ts'
import { isAlive, type ProcessIdentity } from '../process.ts'
import { createGuard } from './guard.ts'
import { lookAround, membersOf } from './look.ts'
import { type NetworkUsage, readNetworkUsage } from './network-usage.ts'
import { readProcUsage } from './proc-usage.ts'
import { shareLooks } from './shared-look.ts'
import { type ContainerProcess, listProcesses } from './top.ts'

/** A container that runs. */
export interface Subject {
  readonly container: string
  /** Its first process. */
  readonly process: ProcessIdentity
  /** Whether its network is not the host's. */
  readonly ownNetwork: boolean
}

/** What a container has used up to a moment. */
export interface Sample {
  /** In milliseconds, as `performance.now()` has it. */
  readonly at: number
  readonly usage: CgroupUsage
  /** Null in the host's own network. */
  readonly network: NetworkUsage | null
  /** Where the usage is from: its cgroup, or, where that counts nothing or there is none, /proc. */
  readonly source: 'cgroup' | 'proc'
}

/** Tells what containers use, and their processes. Any number may be asked for at once. */
export interface Meter {
  /** Undefined when its first process has ended. */
  measure(subject: Subject): Promise<Sample | undefined>
  /** Sorted by their pids inside. None when its first process has ended. */
  processesOf(subject: Omit<Subject, 'ownNetwork'>): Promise<readonly ContainerProcess[]>
}

/** `cgroups` where this host lets us have some. */
export const createMeter = (cgroups: Cgroups | undefined): Meter => {
  const guard = createGuard(1000)
  const inLane = createLanes(2) // a sample of all containers is not to keep other files waiting
  const look = shareLooks(lookAround, 50) // less than the time between two samples

  const usageOf = async ({ container, process }: Subject) => {
    const at = performance.now()
    const usage = await cgroups?.usage(container)
    if (usage !== undefined) return { at, usage, source: 'cgroup' as const }
    const around = await look(process.pid)
    return { at: around.at, usage: await readProcUsage(membersOf(around, process.pid), guard), source: 'proc' as const }
  }

  const pidsOf = async (container: string, first: number) => {
    const inCgroup = (await cgroups?.processes(container)) ?? []
    return inCgroup.includes(first) ? inCgroup : membersOf(await lookAround(), first).map(({ pid }) => pid)
  }

  return {
    measure: (subject) =>
      inLane(async () => {
        if (!isAlive(subject.process)) return undefined
        const used = await usageOf(subject)
        const network = subject.ownNetwork ? await readNetworkUsage(subject.process.pid) : null
        return isAlive(subject.process) ? { ...used, network } : undefined
      }),
    processesOf: async ({ container, process }) => {
      if (!isAlive(process)) return []
      const processes = await listProcesses(process.pid, await pidsOf(container, process.pid), guard)
      return isAlive(process) ? processes : []
    },
  }
}
