import type { Mount } from '../mounts/mountinfo.ts'
import { findValue, isThere } from './files.ts'
import { controllerOf } from './limits.ts'
import { type V1Controller, type V1Points, v1Controllers, v1Holders } from './v1.ts'

/** Where a host has its cgroups: v1's mount points by controller, or v2's mount; undefined where it has none. */
export type Hierarchies =
  | { readonly version: 1; readonly points: V1Points }
  | { readonly version: 2; readonly mount: Mount }
  | undefined

/**
 * Finds them among the mounts. A hybrid host has both versions, and a controller belongs to one at a time: memory decides,
 * or, where the kernel has no memory controller, whether v2 has any other that serves.
 */
export const findHierarchies = async (mounts: readonly Mount[]): Promise<Hierarchies> => {
  const seen = await visible(mounts)
  const points: Partial<Record<V1Controller, string>> = {}
  for (const controller of v1Controllers) {
    const mount = seen.find(
      ({ type, superOptions }) => type === 'cgroup' && superOptions.split(',').includes(controller),
    )
    if (mount !== undefined) points[controller] = mount.point
  }
  const mount = seen.find(({ type }) => type === 'cgroup2')
  const hasV1 = v1Holders.some((controller) => points[controller] !== undefined)
  if (mount !== undefined && points.memory === undefined && (!hasV1 || (await serves(mount))))
    return { version: 2, mount }
  return hasV1 ? { version: 1, points } : undefined
}

/** Those that nothing else is mounted over. */
const visible = async (mounts: readonly Mount[]): Promise<Mount[]> => {
  const cgroups = mounts.filter(({ type }) => type === 'cgroup' || type === 'cgroup2')
  const there = await Promise.all(cgroups.map(({ point }) => isThere(`${point}/cgroup.procs`)))
  return cgroups.filter((_, index) => there[index])
}

const serves = async ({ point }: Mount): Promise<boolean> => {
  const offered = (await findValue(`${point}/cgroup.controllers`))?.split(' ') ?? []
  return Object.values(controllerOf).some((controller) => offered.includes(controller))
}
