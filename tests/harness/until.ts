import { setTimeout as sleep } from 'node:timers/promises'

const pollMs = 20

/** Looks until there is something, and returns it. Rejects after `ms` with an Error that says what was waited for. */
export const until = async <Found>(
  what: string,
  look: () => Promise<Found | undefined | false> | Found | undefined | false,
  ms = 10_000,
): Promise<Found> => {
  const deadline = performance.now() + ms
  for (;;) {
    const found = await look()
    if (found !== undefined && found !== false) return found
    if (performance.now() > deadline) throw new Error(`waited ${ms} ms in vain: ${what}`)
    await sleep(pollMs)
  }
}
