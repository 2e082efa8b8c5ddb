import { createHash } from 'node:crypto'

const prefix = 'c-'

/** The name of a home's own cgroup, which holds its containers'. Two homes on one host never share one. */
export const homeCgroup = (homeRoot: string): string =>
  `aptorch-${createHash('sha256').update(homeRoot).digest('hex').slice(0, 6)}`

/** The name of a container's cgroup. The prefix keeps a container called "memory.max" apart from the kernel's own files. */
export const containerCgroup = (container: string): string => `${prefix}${container}`

/** The container to whom a cgroup of that name belongs; undefined when it is none of ours. */
export const containerOf = (cgroup: string): string | undefined =>
  cgroup.startsWith(prefix) ? cgroup.slice(prefix.length) : undefined
