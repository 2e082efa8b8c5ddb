import { readProcess } from '../process.ts'
import { cgroupsIn, findValue, isThere, removeIfEmpty } from './files.ts'

/** The cgroups of these folders with all below them, the deepest first; none of a folder that is not there. */
export const cgroupTree = async (folders: readonly string[]): Promise<string[]> => {
  const found: string[] = []
  for (const folder of folders) {
    if (!(await isThere(folder))) continue
    const below = (await cgroupsIn(folder)).map((name) => `${folder}/${name}`)
    found.push(...(await cgroupTree(below)), folder)
  }
  return found
}

/** The processes in these cgroups that still live: one that has ended may be listed until its parent takes note. */
export const liveProcesses = async (cgroups: readonly string[]): Promise<number[]> =>
  (await processesIn(cgroups)).filter((pid) => readProcess(pid)?.ended === false)

/**
 * The processes that these cgroups list, each once. The kernel lists those of another pid namespace as 0, which to kill(2)
 * means our own process group: they are left out.
 */
export const processesIn = async (cgroups: readonly string[]): Promise<number[]> => {
  const lists = await Promise.all(cgroups.map((cgroup) => findValue(`${cgroup}/cgroup.procs`)))
  const pids = lists.flatMap((list) => list?.split('\n') ?? []).map(Number)
  return [...new Set(pids)].filter((pid) => pid > 0)
}

/** Removes what is empty of these cgroups, which must come the deepest first; whether none is left. */
export const removeEmpty = async (cgroups: readonly string[]): Promise<boolean> => {
  for (const cgroup of cgroups) await removeIfEmpty(cgroup)
  const left = await Promise.all(cgroups.map(isThere))
  return !left.includes(true)
}
