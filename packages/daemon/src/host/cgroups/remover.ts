import type { Driver } from './driver.ts'
import { cgroupTree, liveProcesses, removeEmpty } from './tree.ts'
import { within } from './wait.ts'

/** Removes cgroups with those below them, by their folder's name; a removal may take `ms`, since the kernel lets go late. */
export const createRemover = (driver: Driver, ms: number) => {
  const tree = (cgroup: string) => cgroupTree(driver.parents.map((parent) => `${parent}/${cgroup}`))

  const removeWhole = async (cgroup: string, whenAlive: WhenAlive) => {
    const removed = await within(ms, async () => {
      const cgroups = await tree(cgroup)
      const pids = await liveProcesses(cgroups)
      if (pids.length > 0) await whenAlive(pids, cgroups)
      return removeEmpty(cgroups)
    })
    if (!removed) throw new Error(await whyThere(cgroup))
  }

  const whyThere = async (cgroup: string) => {
    const cgroups = await tree(cgroup)
    const pids = await liveProcesses(cgroups)
    return pids.length > 0
      ? `${cgroups.at(-1)} is not removed: ${listed(pids)} did not end within ${ms / 1000} s of SIGKILL; see what it waits for (ps -o stat,wchan)`
      : `${cgroups.at(-1)} is not removed: the kernel holds on to it after ${ms / 1000} s`
  }

  return {
    /** Removes one that nothing lives in. Throws an Error that says so when something does. */
    clear: (cgroup: string): Promise<void> =>
      removeWhole(cgroup, async (pids) => {
        throw new Error(`the cgroup ${cgroup} is left over with ${listed(pids)} in it; end that first`)
      }),
    /** Kills all that is in it, frozen or not, then removes it. */
    remove: (cgroup: string): Promise<void> => removeWhole(cgroup, (_, cgroups) => killAll(driver, cgroup, cgroups)),
  }
}

type WhenAlive = (pids: readonly number[], cgroups: readonly string[]) => Promise<void>

const killAll = async (driver: Driver, cgroup: string, cgroups: readonly string[]): Promise<void> => {
  if (await driver.killAll(cgroup)) return thaw(driver, cgroup)
  // Held meanwhile, or a process could start others faster than they are signalled, or end and leave its pid to another.
  await driver.setFrozen(cgroup, true)
  try {
    for (const pid of await liveProcesses(cgroups)) kill(pid)
  } finally {
    await thaw(driver, cgroup)
  }
}

/** v1 does not let a frozen process die. */
const thaw = async (driver: Driver, cgroup: string): Promise<void> => {
  await driver.setFrozen(cgroup, false)
}

const kill = (pid: number): void => {
  try {
    process.kill(pid, 'SIGKILL')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

const listed = (pids: readonly number[]) =>
  `${pids.length === 1 ? 'process' : 'processes'} ${pids.slice(0, 10).join(', ')}${pids.length > 10 ? ' and more' : ''}`
