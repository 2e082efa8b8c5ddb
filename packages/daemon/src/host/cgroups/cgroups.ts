import { type Cgroups, createCgroups } from './create.ts'
import type { Driver } from './driver.ts'
import { removeIfEmpty } from './files.ts'
import { createHastener } from './hasten.ts'
import { findHierarchies, type Hierarchies } from './hierarchies.ts'
import { type Host, thisHost } from './host.ts'
import { limitNames } from './limits.ts'
import { homeCgroup } from './names.ts'
import { createV1Driver, withoutRefused } from './v1.ts'
import { createV2Driver } from './v2.ts'
import { placeV2 } from './v2-place.ts'

export type { Cgroups } from './create.ts'
export type { Limits } from './limits.ts'
export type { BlockUsage, CgroupUsage } from './usage.ts'

/** A part of a host that it lets us have, or why not and what to do, for a person. */
export type FoundCgroups = { readonly cgroups: Cgroups } | { readonly reason: string }

/**
 * The cgroups of a home. To be called before the daemon starts other processes: with v2 it may have to move into a cgroup
 * beside its containers', and those would stay behind. Never throws for a host that has none, or has none for us.
 */
export const openCgroups = async (homeRoot: string, host: Host = thisHost()): Promise<FoundCgroups> => {
  const hierarchies = await findHierarchies(await host.mounts())
  const found = await findDriver(homeCgroup(homeRoot), hierarchies, host)
  if ('reason' in found) return found
  try {
    await found.driver.prepare()
    const driver = { ...found.driver, description: await describe(found.driver) }
    const hasten = createHastener(hierarchies, await host.ownCgroups())
    return { cgroups: createCgroups(driver, undefined, hasten) }
  } catch (error) {
    if (!isSystemError(error)) throw error
    await Promise.allSettled(found.driver.parents.map(removeIfEmpty))
    return { reason: `no cgroup can be made on this host: ${error.message}; ${advice(error.code)}` }
  }
}

const findDriver = async (
  home: string,
  hierarchies: Hierarchies,
  host: Host,
): Promise<{ readonly driver: Driver } | { readonly reason: string }> => {
  if (hierarchies === undefined)
    return { reason: 'no cgroups are mounted on this host; as root: mount -t cgroup2 none /sys/fs/cgroup' }
  if (hierarchies.version === 1) return { driver: createV1Driver(await withoutRefused(hierarchies.points, home), home) }
  const place = await placeV2(hierarchies.mount, host)
  return 'reason' in place ? place : { driver: createV2Driver(place, home) }
}

const describe = async ({ description, settable }: Driver): Promise<string> => {
  const offered = await settable()
  const lacking = limitNames.filter((limit) => !offered.includes(limit))
  return lacking.length === 0 ? description : `${description}, which can't limit ${lacking.join(', ')}`
}

const isSystemError = (error: unknown): error is NodeJS.ErrnoException & { code: string } =>
  error instanceof Error && 'syscall' in error

const advice = (code: string) =>
  code === 'EROFS'
    ? 'give the container that the daemon runs in writable cgroups (docker run --privileged --cgroupns=private)'
    : 'start the daemon as root, or where cgroups v2 are delegated (systemd-run --user --scope -p Delegate=yes)'
