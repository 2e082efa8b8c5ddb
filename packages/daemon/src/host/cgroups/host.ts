import { readFile } from 'node:fs/promises'
import { isRoot } from '../account.ts'
import { type Mount, readMounts } from '../mounts/mountinfo.ts'
import { isDelegated, type Unit } from './systemd.ts'

/** What the host shows of its cgroups. */
export interface Host {
  readonly isRoot: boolean
  mounts(): Promise<readonly Mount[]>
  /** The text of `/proc/self/cgroup` (cgroups(7)). */
  ownCgroups(): Promise<string>
  /** Whether systemd leaves a unit's cgroup to what runs in it; undefined where systemd does not run. */
  isDelegated(unit: Unit): Promise<boolean | undefined>
}

/** The host that the daemon runs on. */
export const thisHost = (): Host => ({
  isRoot: isRoot(),
  mounts: () => readMounts(),
  ownCgroups: () => readFile('/proc/self/cgroup', 'utf8'),
  isDelegated,
})
