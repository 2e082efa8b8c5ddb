/**
 * What all that ever was in a cgroup has used since it was made. Null is "this host doesn't tell"; of a limit, that there is
 * none.
 */
export interface CgroupUsage {
  /** Processor time in microseconds, of all processors together. */
  readonly cpuUs: number | null
  /** The part of it spent in programs, in microseconds. */
  readonly cpuUserUs: number | null
  /** The part of it spent in the kernel, in microseconds. */
  readonly cpuSystemUs: number | null
  /** How long its limit of processors has held it up, in microseconds. */
  readonly throttledUs: number | null
  /** In bytes, now, without files in the cache that nobody has used lately: the kernel drops those first. */
  readonly memory: number | null
  readonly memoryLimit: number | null
  /** The most that it was, in bytes, with all of the cache. */
  readonly memoryPeak: number | null
  /** A count of tasks: processes and their threads. */
  readonly pids: number | null
  readonly pidsLimit: number | null
  readonly block: BlockUsage | null
}

/** What went from and to disks. Writes that wait in the cache are counted when they reach the disk, by v2 only. */
export interface BlockUsage {
  readonly readBytes: number
  readonly writtenBytes: number
  /** A count of operations; null where only bytes are counted. */
  readonly reads: number | null
  readonly writes: number | null
}

/** The number that an interface file holds; null for "max", for v1's 2^63 which means that too, and without such a file. */
export const numberIn = (text: string | undefined): number | null => {
  const number = text === undefined || text === '' ? Number.NaN : Number(text)
  return Number.isSafeInteger(number) ? number : null
}

/** The number after a key, of a text with a key and a number in each line; null without. */
export const numberAfter = (text: string | undefined, key: string): number | null =>
  numberIn(
    text
      ?.split('\n')
      .find((line) => line.startsWith(`${key} `))
      ?.slice(key.length + 1),
  )

/** A time in nanoseconds in microseconds. */
export const usOfNs = (ns: number | null): number | null => (ns === null ? null : Math.round(ns / 1000))

/** Memory in use without what is in the cache of files and was not used lately, as docker(1) counts it. */
export const withoutCache = (used: number | null, inactiveFile: number | null): number | null =>
  used === null ? null : Math.max(0, used - (inactiveFile ?? 0))

/** Whether the kernel counts anything there: where there is no cgroup, it doesn't. */
export const countsAnything = (usage: CgroupUsage): boolean => Object.values(usage).some((figure) => figure !== null)
