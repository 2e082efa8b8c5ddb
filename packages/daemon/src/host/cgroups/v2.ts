import type { Driver, Knob } from './driver.ts'
import { findCount, findValue, isThere, makeCgroup, writeIfThere, writeValue } from './files.ts'
import { controllerOf, cpuPeriodUs, cpuQuotaUs, limitNames, overused } from './limits.ts'
import { readV2Usage } from './usage-v2.ts'
import { ownLeaf, type V2Place } from './v2-place.ts'

/**
 * Cgroups v2 (Documentation/admin-guide/cgroup-v2.rst of the kernel): one hierarchy, whose cgroups offer the controllers that
 * the cgroup above enables for them. `home` is the name of the home's own cgroup.
 */
export const createV2Driver = ({ base, own }: V2Place, home: string): Driver => {
  const parent = `${base}/${home}`
  const refusals = new Map<string, string>() // why a controller could not be enabled

  /** Each on its own: one that is refused leaves the others to be had. That of io only counts. */
  const enableControllers = async (folder: string) => {
    const offered = await words(`${folder}/cgroup.controllers`)
    const enabled = await words(`${folder}/cgroup.subtree_control`)
    for (const controller of [...Object.values(controllerOf), 'io']) {
      if (!offered.includes(controller) || enabled.includes(controller)) continue
      await writeValue(`${folder}/cgroup.subtree_control`, `+${controller}`).then(
        () => refusals.delete(controller),
        (error: NodeJS.ErrnoException) => refusals.set(controller, whyRefused(folder, controller, error)),
      )
    }
  }

  return {
    description: `cgroups v2 at ${parent}`,
    parents: [parent],
    prepare: async () => {
      if (own === base && !(await isTop(base))) await moveAside(base)
      await makeCgroup(parent)
      for (const folder of [base, parent]) await enableControllers(folder)
    },
    folderOf: (_, cgroup) => `${parent}/${cgroup}`,
    knobs,
    settable: async () => {
      const enabled = await words(`${parent}/cgroup.subtree_control`)
      return limitNames.filter((limit) => enabled.includes(controllerOf[limit]))
    },
    whyNot: async (limit) => {
      const controller = controllerOf[limit]
      const refusal = refusals.get(controller)
      if (refusal !== undefined) return refusal
      if ((await words(`${base}/cgroup.controllers`)).includes(controller))
        return `this host's kernel has no ${knobs[limit].file} for its cgroups; start the container without this limit`
      return (await isTop(base))
        ? `this host's kernel has no ${controller} controller for cgroups v2; boot with cgroup_enable=${controller}, or start the container without this limit`
        : `${base} is not given the ${controller} controller; add it to Delegate= of the systemd units above, or start the container without this limit`
    },
    setFrozen: (cgroup, frozen) => writeIfThere(`${parent}/${cgroup}/cgroup.freeze`, frozen ? '1' : '0'),
    isFrozen: async (cgroup) => (await findCount(`${parent}/${cgroup}/cgroup.events`, 'frozen')) === 1,
    killAll: (cgroup) => writeIfThere(`${parent}/${cgroup}/cgroup.kill`, '1'), // since Linux 5.14
    oomKills: (cgroup) => findCount(`${parent}/${cgroup}/memory.events`, 'oom_kill'),
    usage: (cgroup) => readV2Usage(`${parent}/${cgroup}`),
  }
}

/**
 * Moves the daemon into a cgroup of its own: a cgroup that enables controllers for others may have no processes itself,
 * unless it is the top one.
 */
const moveAside = async (base: string) => {
  await makeCgroup(`${base}/${ownLeaf}`)
  await writeValue(`${base}/${ownLeaf}/cgroup.procs`, String(process.pid))
}

/** The top of the hierarchy has no events. */
const isTop = async (folder: string) => !(await isThere(`${folder}/cgroup.events`))

const words = async (file: string) => (await findValue(file))?.split(' ') ?? []

const whyRefused = (folder: string, controller: string, { code, message }: NodeJS.ErrnoException) =>
  code === 'EBUSY'
    ? `the ${controller} controller can't be enabled in ${folder}, since other processes than the daemon are in that very cgroup; start the daemon in a cgroup of its own (systemd-run --scope -p Delegate=yes aptorchd …), or as the first process of its container`
    : `the ${controller} controller can't be enabled in ${folder}: ${message}`

/** No swap beyond memory: none at all where memory is limited. */
const memory: Knob = {
  file: 'memory.max',
  writes: async (folder, bytes) => {
    if (bytes !== null) await demandRoom(folder, bytes)
    const ram = { file: `${folder}/memory.max`, value: bytes === null ? 'max' : String(bytes) }
    const swap = { file: `${folder}/memory.swap.max`, value: bytes === null ? 'max' : '0' }
    return (await isThere(swap.file)) ? [swap, ram] : [ram]
  },
}

/**
 * Where v1 refuses to go below what is in use, v2 would kill until it fits. What the kernel can drop without a loss, the
 * cache of files, does not count.
 */
const demandRoom = async (folder: string, bytes: number) => {
  const used = Number(await findValue(`${folder}/memory.current`)) || 0
  if (used <= bytes) return
  const cache = await Promise.all(
    ['inactive_file', 'active_file'].map((key) => findCount(`${folder}/memory.stat`, key)),
  )
  const needed = cache.reduce((rest, bytes) => rest - bytes, used)
  if (needed > bytes) throw new Error(overused(needed, bytes))
}

const cpus: Knob = {
  file: 'cpu.max',
  writes: async (folder, processors) => [
    { file: `${folder}/cpu.max`, value: `${processors === null ? 'max' : cpuQuotaUs(processors)} ${cpuPeriodUs}` },
  ],
}

const pids: Knob = {
  file: 'pids.max',
  writes: async (folder, tasks) => [{ file: `${folder}/pids.max`, value: tasks === null ? 'max' : String(tasks) }],
}

const knobs = { memory, cpus, pids }
