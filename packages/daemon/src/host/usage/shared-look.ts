import type { Look } from './look.ts'

/**
 * One look for all who ask while it is under way, or before it is `ms` milliseconds old: a look at all processes costs the
 * more, the more there are. It is taken anew when it failed, or lacks the process that is asked for: that may have started
 * since.
 */
export const shareLooks = (take: () => Promise<Look>, ms: number): ((pid: number) => Promise<Look>) => {
  let underWay: Promise<Look> | undefined
  let last: Look | undefined

  const takeOne = async () => {
    try {
      last = await take()
      return last
    } finally {
      underWay = undefined
    }
  }

  const next = () => {
    underWay ??= takeOne()
    return underWay
  }

  return async (pid) => {
    if (last?.processes.has(pid) && performance.now() - last.at < ms) return last
    const look = await next()
    return look.processes.has(pid) ? look : next()
  }
}
