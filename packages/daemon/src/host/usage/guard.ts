/** Does one read after the other, and gives up those that hang. */
export type Guard = <Result>(read: () => Promise<Result | undefined>) => Promise<Result | undefined>

/**
 * For files of /proc that the kernel reads under a lock of the process's: a process whose file system hangs, or that wants to
 * be in the way, can keep it for as long as it likes. Such a read blocks one of the few threads that Node has for files, so
 * there is never more than one, and after `ms` milliseconds it is undefined, as are all others until it comes back.
 */
export const createGuard = (ms: number): Guard => {
  let hangs = false
  let last: Promise<unknown> = Promise.resolve()

  const attempt = async <Result>(read: () => Promise<Result | undefined>): Promise<Result | undefined> => {
    if (hangs) return undefined
    const { promise: timeIsUp, resolve } = Promise.withResolvers<undefined>()
    const timer = setTimeout(() => {
      hangs = true
      resolve(undefined)
    }, ms)
    const reading = read().finally(() => {
      clearTimeout(timer)
      hangs = false
    })
    return Promise.race([reading, timeIsUp])
  }

  return (read) => {
    const result = last.then(() => attempt(read))
    last = result.catch(() => undefined) // whoever asked for it hears of that
    return result
  }
}
