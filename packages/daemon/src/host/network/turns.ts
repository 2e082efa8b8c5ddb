/** Runs what is given for one name in the order in which it came, never two at once; other names do not wait. Do not nest. */
export type Turns = <Result>(name: string, work: () => Promise<Result>) => Promise<Result>

export const createTurns = (): Turns => {
  const last = new Map<string, Promise<unknown>>()
  return (name, work) => {
    const result = (last.get(name) ?? Promise.resolve()).then(work)
    const end = result
      .catch(() => undefined) // whoever asked for it hears of it
      .then(() => {
        if (last.get(name) === end) last.delete(name)
      })
    last.set(name, end)
    return result
  }
}

/** Runs so many at a time; the others wait, first come, first served. */
export const createLanes = (count: number) => {
  let free = count
  const waiting: (() => void)[] = []
  return async <Result>(work: () => Promise<Result>): Promise<Result> => {
    if (free > 0) free--
    else await new Promise<void>((resolve) => waiting.push(resolve))
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      if (next) next()
      else free++
    }
  }
}
