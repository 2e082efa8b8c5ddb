import { constants } from 'node:fs'
import { access } from 'node:fs/promises'
import type { Driver, Knob } from './driver.ts'
import { findCount, findValue, makeCgroup, writeIfThere } from './files.ts'
import { controllerOf, cpuPeriodUs, cpuQuotaUs, limitNames } from './limits.ts'
import { readV1Usage } from './usage-v1.ts'

/** The controllers that limit and freeze. */
export const v1Holders = ['memory', 'cpu', 'pids', 'freezer'] as const

/** Those that only count. */
const v1Counters = ['cpuacct', 'blkio'] as const

/** The controllers in use here, each of which v1 may mount at a place of its own. */
export const v1Controllers = [...v1Holders, ...v1Counters] as const
export type V1Controller = (typeof v1Controllers)[number]

/** The mount point of each controller that is mounted. */
export type V1Points = Readonly<Partial<Record<V1Controller, string>>>

/**
 * Without the controllers that only count, where the host lets us have no cgroup of theirs: their figures are missing then,
 * and nothing else is. `home` is the name of the home's own cgroup, which is made.
 */
export const withoutRefused = async (points: V1Points, home: string): Promise<V1Points> => {
  const usable: Partial<Record<V1Controller, string>> = { ...points }
  for (const counter of v1Counters) {
    const point = points[counter]
    const isShared = v1Holders.some((holder) => points[holder] === point)
    if (point === undefined || isShared) continue
    const folder = `${point}/${home}`
    await makeCgroup(folder)
      .then(() => access(folder, constants.W_OK))
      .catch(() => delete usable[counter])
  }
  return usable
}

/**
 * Cgroups v1 (Documentation/admin-guide/cgroup-v1/ of the kernel): a cgroup is a folder in the hierarchy of each controller.
 * `home` is the name of the home's own cgroup.
 */
export const createV1Driver = (points: V1Points, home: string): Driver => {
  const folderOf = (controller: V1Controller, cgroup: string) =>
    points[controller] === undefined ? undefined : `${points[controller]}/${home}/${cgroup}`
  const mounted = v1Controllers.filter((controller) => points[controller] !== undefined)
  // Two controllers may be mounted together, at one place.
  const parents = [...new Set(mounted.map((controller) => `${points[controller]}/${home}`))]

  return {
    description: `cgroups v1 (${mounted.join(', ')}), each with ${home}`,
    parents,
    prepare: async () => {
      for (const parent of parents) await makeCgroup(parent)
    },
    folderOf: (limit, cgroup) => folderOf(controllerOf[limit], cgroup),
    knobs,
    settable: async () => limitNames.filter((limit) => points[controllerOf[limit]] !== undefined),
    whyNot: async (limit) => {
      const controller = controllerOf[limit]
      return points[controller] === undefined
        ? `this host's kernel has no ${controller} controller for cgroups, or it is not mounted; boot with cgroup_enable=${controller}, or start the container without this limit`
        : `this host's kernel has no ${knobs[limit].file} for its cgroups; start the container without this limit`
    },
    setFrozen: async (cgroup, frozen) => {
      const folder = folderOf('freezer', cgroup)
      return folder !== undefined && writeIfThere(`${folder}/freezer.state`, frozen ? 'FROZEN' : 'THAWED')
    },
    isFrozen: async (cgroup) => {
      const folder = folderOf('freezer', cgroup)
      // It is FREEZING until the last process is frozen.
      return folder !== undefined && (await findValue(`${folder}/freezer.state`)) === 'FROZEN'
    },
    killAll: async () => false,
    oomKills: async (cgroup) => {
      const folder = folderOf('memory', cgroup)
      return folder === undefined ? 0 : findCount(`${folder}/memory.oom_control`, 'oom_kill')
    },
    usage: (cgroup) => readV1Usage((controller) => folderOf(controller, cgroup)),
  }
}

/**
 * No swap beyond memory: both files get the same value, where swap is counted at all. The kernel never lets memory alone be
 * more than memory with swap, so the latter goes first when it is raised.
 */
const memory: Knob = {
  file: 'memory.limit_in_bytes',
  writes: async (folder, bytes) => {
    const value = bytes === null ? '-1' : String(bytes)
    const ram = { file: `${folder}/memory.limit_in_bytes`, value, usage: `${folder}/memory.usage_in_bytes` }
    const swap = {
      file: `${folder}/memory.memsw.limit_in_bytes`,
      value,
      usage: `${folder}/memory.memsw.usage_in_bytes`,
    }
    const formerSwap = await findValue(swap.file)
    if (formerSwap === undefined) return [ram]
    return bytes === null || bytes > Number(formerSwap) ? [swap, ram] : [ram, swap]
  },
}

const cpus: Knob = {
  file: 'cpu.cfs_quota_us',
  writes: async (folder, processors) => [
    { file: `${folder}/cpu.cfs_period_us`, value: String(cpuPeriodUs) },
    { file: `${folder}/cpu.cfs_quota_us`, value: processors === null ? '-1' : String(cpuQuotaUs(processors)) },
  ],
}

const pids: Knob = {
  file: 'pids.max',
  writes: async (folder, tasks) => [{ file: `${folder}/pids.max`, value: tasks === null ? 'max' : String(tasks) }],
}

const knobs = { memory, cpus, pids }
