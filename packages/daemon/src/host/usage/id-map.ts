/** A range of ids of a user namespace (user_namespaces(7)). */
export interface IdRange {
  readonly inside: number
  readonly outside: number
  readonly count: number
}

/** Reads the text of `/proc/PID/uid_map`, or of `gid_map`. */
export const parseIdMap = (text: string): readonly IdRange[] =>
  text
    .split('\n')
    .filter(Boolean)
    .map((line) => line.trim().split(/\s+/).map(Number))
    .map(([inside = 0, outside = 0, count = 0]) => ({ inside, outside, count }))

/** What an id of the host is inside; the kernel's overflow id where it is nobody there. */
export const insideId = (map: readonly IdRange[], id: number): number => {
  const range = map.find(({ outside, count }) => id >= outside && id < outside + count)
  return range === undefined ? 65_534 : id - range.outside + range.inside
}
