import { setTimeout as sleep } from 'node:timers/promises'

// Long enough for all containers of a round, short enough for ten rounds a second.
const quietMs = 40

/**
 * Puts together what comes at about the same time: the items of a stream between two silences. After `idleMs` without any
 * there is an empty round, so that who shows the last one learns that it is out of date.
 */
export async function* roundsOf<Item>(items: AsyncGenerator<Item>, idleMs: number): AsyncGenerator<Item[]> {
  let round: Item[] = []
  let next = items.next()
  try {
    for (;;) {
      const wait = new AbortController()
      const silence = sleep(round.length > 0 ? quietMs : idleMs, 'silence' as const, { signal: wait.signal })
      const came = await Promise.race([next, silence.catch(() => 'silence' as const)]).finally(() => wait.abort())
      if (came === 'silence') {
        yield round
        round = []
        continue
      }
      if (came.done) break
      round.push(came.value)
      next = items.next()
    }
    if (round.length > 0) yield round
  } finally {
    next.catch(() => undefined) // whoever leaves early has no use for it
    await items.return(undefined)
  }
}
