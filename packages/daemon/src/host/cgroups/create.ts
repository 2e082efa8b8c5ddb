import { applyLimits } from './apply.ts'
import { completeCgroup } from './complete.ts'
import type { Driver } from './driver.ts'
import { cgroupsIn, isThere, makeCgroup, removeIfEmpty } from './files.ts'
import { createFreezer } from './freezer.ts'
import type { Limits } from './limits.ts'
import { containerCgroup, containerOf } from './names.ts'
import { createRemover } from './remover.ts'
import { cgroupTree, processesIn } from './tree.ts'
import { type CgroupUsage, countsAnything } from './usage.ts'

/** A cgroup for each container of a home. Operations on one container must not overlap. */
export interface Cgroups {
  /** For people: which version, where, and which limits can't be set. */
  readonly description: string
  /**
   * Makes a container's cgroup with its limits. One that is left over is made anew, or it would start with old counts.
   * Throws an Error that says so when processes are left in it, and one that begins with the limit's name and says why when a
   * limit can't be set; then there is no cgroup.
   */
  create(container: string, limits: Limits): Promise<void>
  /** The files into which a process writes its pid to be, with all that it starts from then on, in the container's cgroup. */
  procsFiles(container: string): readonly string[]
  /** To be called a moment before a process enters a container's cgroup, which takes less time then. */
  hasten(): void
  /**
   * Sets the limits of a container that runs, all or none of them. Throws an Error that begins with the limit's name and says
   * why it could not be set; memory can't be limited to less than what is in use.
   */
  update(container: string, limits: Limits): Promise<void>
  /** Freezes all processes at once; resolves when all are. Rejects when they are not in time, and thaws them again. */
  freeze(container: string): Promise<void>
  /** Lets them go on. Resolves too when they are not frozen, or there is no such cgroup. */
  thaw(container: string): Promise<void>
  /** Whether all processes are frozen; false too when there is no such cgroup. */
  isFrozen(container: string): Promise<boolean>
  /** How many processes the kernel has killed in it for want of memory; 0 too when there is no such cgroup, or nobody counts. */
  oomKills(container: string): Promise<number>
  /** What it uses; undefined when there is no such cgroup, or the kernel counts nothing there. */
  usage(container: string): Promise<CgroupUsage | undefined>
  /**
   * The processes in it and in the cgroups below, those included that bring others into it from outside; none when there is no
   * such cgroup.
   */
  processes(container: string): Promise<number[]>
  /** Makes whole what an earlier daemon has made without some of the controllers. Nothing when there is no such cgroup. */
  complete(container: string): Promise<void>
  /**
   * Kills all that is still in it, frozen or not, and removes it with the cgroups below it. "Already gone" is success. Rejects
   * when something stays in it for too long: a process that waits in the kernel can't be killed.
   */
  remove(container: string): Promise<void>
  /** The containers that have a cgroup here, sorted. */
  list(): Promise<string[]>
  /** Removes the home's own cgroup, unless a container has one. */
  close(): Promise<void>
}

/** How long to wait for the kernel, in milliseconds. */
export interface Patience {
  readonly freezeMs: number
  readonly removeMs: number
}

/** The cgroups of one home, by the version that the driver knows. */
export const createCgroups = (
  driver: Driver,
  patience: Patience = { freezeMs: 5_000, removeMs: 10_000 },
  hasten: () => void = () => undefined,
): Cgroups => {
  const freezer = createFreezer(driver, patience.freezeMs)
  const remover = createRemover(driver, patience.removeMs)
  const foldersOf = (container: string) => driver.parents.map((parent) => `${parent}/${containerCgroup(container)}`)

  const demand = async (container: string): Promise<string> => {
    const there = await Promise.all(foldersOf(container).map(isThere))
    if (there.includes(false))
      throw new Error(`${container} has no cgroup, or not all of it; it gets one at its next start`)
    return containerCgroup(container)
  }

  const list = async () => {
    const names = await Promise.all(driver.parents.map(cgroupsIn))
    return [...new Set(names.flat().flatMap((name) => containerOf(name) ?? []))].sort()
  }

  return {
    description: driver.description,
    create: async (container, limits) => {
      const cgroup = containerCgroup(container)
      await driver.prepare()
      await remover.clear(cgroup)
      try {
        for (const folder of foldersOf(container)) await makeCgroup(folder)
        await applyLimits(driver, cgroup, limits)
      } catch (error) {
        await remover.clear(cgroup)
        throw error
      }
    },
    hasten,
    procsFiles: (container) => foldersOf(container).map((folder) => `${folder}/cgroup.procs`),
    update: async (container, limits) => applyLimits(driver, await demand(container), limits),
    freeze: async (container) => freezer.freeze(await demand(container)),
    thaw: (container) => freezer.thaw(containerCgroup(container)),
    isFrozen: (container) => driver.isFrozen(containerCgroup(container)),
    oomKills: (container) => driver.oomKills(containerCgroup(container)),
    usage: async (container) => {
      const usage = await driver.usage(containerCgroup(container))
      return countsAnything(usage) ? usage : undefined
    },
    processes: async (container) => processesIn(await cgroupTree(foldersOf(container))),
    complete: (container) => completeCgroup(foldersOf(container)),
    remove: (container) => remover.remove(containerCgroup(container)),
    list,
    close: async () => {
      if ((await list()).length > 0) return
      for (const parent of driver.parents) await removeIfEmpty(parent)
    },
  }
}
