import { setTimeout as sleep } from 'node:timers/promises'

const pollMs = 10

/** Looks, at least once, until it is so or the time is up; whether it was. `round` counts the looks from 0. */
export const within = async (ms: number, look: (round: number) => Promise<boolean>): Promise<boolean> => {
  const deadline = performance.now() + ms
  for (let round = 0; ; round++) {
    if (await look(round)) return true
    if (performance.now() > deadline) return false
    await sleep(pollMs)
  }
}
