import { isThere, makeCgroup, writeValue } from './files.ts'
import { cgroupTree, liveProcesses } from './tree.ts'

/**
 * Makes what a cgroup lacks of its folders, and puts its processes there too: the daemon that made it may have known fewer
 * controllers. Nothing where there is none of it.
 */
export const completeCgroup = async (folders: readonly string[]): Promise<void> => {
  const there = await Promise.all(folders.map(isThere))
  const present = folders.filter((_, index) => there[index])
  if (present.length === 0) return
  for (const folder of folders.filter((folder) => !present.includes(folder))) {
    await makeCgroup(folder)
    await moveAll(present, folder)
  }
}

/** In rounds: what was started by a process that had not been moved yet is not there either. */
const moveAll = async (from: readonly string[], to: string): Promise<void> => {
  for (let round = 0; round < mostRounds; round++) {
    const moved = new Set(await liveProcesses([to]))
    const left = (await liveProcesses(await cgroupTree(from))).filter((pid) => !moved.has(pid))
    if (left.length === 0) return
    for (const pid of left) await writeValue(`${to}/cgroup.procs`, String(pid)).catch(unlessEnded)
  }
}

// A container that starts processes faster than they are moved is counted in part.
const mostRounds = 20

const unlessEnded = (error: NodeJS.ErrnoException): void => {
  if (error.code !== 'ESRCH') throw error
}
