import { constants } from 'node:fs'
import { access } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Mount } from '../mounts/mountinfo.ts'
import type { Host } from './host.ts'
import { unitOf } from './systemd.ts'

/** The name of the cgroup into which the daemon moves, where it would otherwise be in the way of its containers'. */
export const ownLeaf = 'aptorchd'

export interface V2Place {
  /** The folder of the cgroup in which the home's own is made. */
  readonly base: string
  /** The folder of the daemon's cgroup. */
  readonly own: string
}

/**
 * Where in a hierarchy of v2 a home's cgroup may be. A cgroup has one manager: systemd's own are left to it, those that it has
 * delegated are ours (systemd.resource-control(5), Delegate=).
 * The reason, where there is no such place.
 */
export const placeV2 = async (mount: Mount, host: Host): Promise<V2Place | { readonly reason: string }> => {
  const path = ownPath(await host.ownCgroups())
  const own = path === undefined ? undefined : folderIn(mount, path)
  if (path === undefined || own === undefined) {
    // The kernel would refuse to move a process from there to what is mounted here.
    return {
      reason: `the daemon's own cgroup is not among those at ${mount.point}, which are of another cgroup namespace; as root in the daemon's own: mount -t cgroup2 none ${mount.point}`,
    }
  }
  const unit = unitOf(path)
  const isBelow = unit !== undefined && path !== unit.path
  const delegated = unit !== undefined && (isBelow || !host.isRoot) ? await host.isDelegated(unit) : undefined
  const besideUs = isBelow && delegated === true ? folderIn(mount, unit.path) : undefined
  // systemd leaves alone what it does not know at the top, and what runs there outlives the daemon's service.
  if (host.isRoot) return { base: besideUs ?? mount.point, own }
  if (delegated === false) return no(`systemd has not delegated the cgroup of ${unit?.name} to the daemon`)
  const base = besideUs ?? (own.endsWith(`/${ownLeaf}`) ? dirname(own) : own)
  const locked = await whyLocked(base)
  return locked === undefined ? { base, own } : no(`the daemon is not root, and ${locked}`)
}

const no = (reason: string) => ({
  reason: `${reason}; start it in a cgroup that is its own: systemd-run --user --scope -p Delegate=yes aptorchd …`,
})

/** Of the lines of `/proc/PID/cgroup` (cgroups(7)), v2's begins with "0::". */
const ownPath = (lines: string): string | undefined => lines.match(/^0::(\/.*)$/m)?.[1]

/** A cgroup's folder; a mount may show only what is below its root. */
const folderIn = ({ root, point }: Mount, path: string): string | undefined => {
  if (path.startsWith('/..')) return undefined // outside of our cgroup namespace
  const below = root === '/' ? path : path === root || path.startsWith(`${root}/`) ? path.slice(root.length) : undefined
  return below === undefined ? undefined : `${point}${below}`.replace(/\/$/, '')
}

/** What of a cgroup is not writable that has to be, to make others in it and move processes there. */
const whyLocked = async (base: string): Promise<string | undefined> => {
  for (const path of [base, `${base}/cgroup.procs`, `${base}/cgroup.subtree_control`]) {
    try {
      await access(path, constants.W_OK)
    } catch (error) {
      return `${path} is not writable to it (${(error as NodeJS.ErrnoException).code})`
    }
  }
  return undefined
}
