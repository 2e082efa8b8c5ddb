import type { LimitName } from './limits.ts'
import type { CgroupUsage } from './usage.ts'

/** What differs between the versions of cgroups. A cgroup goes by its folder's name, the same in each of `parents`. */
export interface Driver {
  /** For people: which version, and where. */
  readonly description: string
  /** The home's own cgroup: a folder in each of v1's hierarchies, or one in v2's. */
  readonly parents: readonly string[]
  /** Makes the parents, with what the cgroups in them need. What is there stays. */
  prepare(): Promise<void>
  /** The folder with the files of a limit; undefined where no controller for it is mounted. */
  folderOf(limit: LimitName, cgroup: string): string | undefined
  readonly knobs: Readonly<Record<LimitName, Knob>>
  /** The limits that can be set here, once it is prepared. */
  settable(): Promise<readonly LimitName[]>
  /** Why a limit can't be set on this host, and what to do. */
  whyNot(limit: LimitName): Promise<string>
  /** Asks for all processes to be frozen, or thaws them; false where the kernel can't, or there is no such cgroup. */
  setFrozen(cgroup: string, frozen: boolean): Promise<boolean>
  /** Whether every process in it is frozen; false too when there is no such cgroup. */
  isFrozen(cgroup: string): Promise<boolean>
  /** Has the kernel kill all that is in it at once; false where it can't, and each process has to be signalled. */
  killAll(cgroup: string): Promise<boolean>
  /** How many of its processes the kernel has killed for want of memory; 0 where nobody counts. */
  oomKills(cgroup: string): Promise<number>
  /** What is used in it; all null when there is no such cgroup. */
  usage(cgroup: string): Promise<CgroupUsage>
}

/** How a limit is set. */
export interface Knob {
  /** The interface file that is there wherever this limit can be set. */
  readonly file: string
  /** What sets it, in the order in which the kernel takes it; null takes it off. Rejects when the container must not get it. */
  writes(folder: string, value: number | null): Promise<readonly Write[]>
}

/** A value for one of the kernel's interface files. */
export interface Write {
  readonly file: string
  readonly value: string
  /** The file that tells how many bytes are in use, when the kernel refuses a value for that (EBUSY). */
  readonly usage?: string
}
