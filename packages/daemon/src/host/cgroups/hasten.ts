import { writeValue } from './files.ts'
import type { Hierarchies } from './hierarchies.ts'

/**
 * Before the kernel moves a process to another cgroup it waits until every processor has taken note of that, some 10 ms (an RCU
 * grace period of cgroup_threadgroup_rwsem, kernel/cgroup/cgroup.c); for moves that follow at once it does not wait again. So a
 * move that changes nothing, the daemon's to where it is, begun while there is other work to do, makes the next one shorter.
 * `own` has the daemon's own cgroup as one of the lines of `/proc/self/cgroup`; where it can't be written nothing is done.
 */
export const createHastener = (hierarchies: Hierarchies, own: string): (() => void) => {
  let file = ownProcsFile(hierarchies, own)
  return () => {
    if (file === undefined) return
    writeValue(file, String(process.pid)).catch(() => {
      file = undefined // it is not ours to write, or in no mount of ours: then the kernel takes its time
    })
  }
}

const ownProcsFile = (hierarchies: Hierarchies, own: string): string | undefined => {
  if (hierarchies === undefined) return undefined
  const lines = own.split('\n').map((line) => line.split(':'))
  if (hierarchies.version === 2) return fileIn(hierarchies.mount.point, lines.find(([id]) => id === '0')?.[2])
  for (const [controller, point] of Object.entries(hierarchies.points)) {
    const path = lines.find(([, controllers]) => controllers?.split(',').includes(controller))?.[2]
    if (path !== undefined) return fileIn(point, path)
  }
  return undefined
}

const fileIn = (point: string, path: string | undefined) =>
  path === undefined ? undefined : `${point}${path.replace(/\/$/, '')}/cgroup.procs`
