import { describe, expect, test } from 'vitest'
import { type Look, lookOf } from './look.ts'
import { shareLooks } from './shared-look.ts'
import { parseStat } from './stat.ts'

/** Looks that have these processes, one after the other, of which the first so many milliseconds ago. */
const looksOf = (ageMs: number, ...looks: readonly (readonly number[])[]) => {
  const left = [...looks]
  const taken: Look[] = []
  const look = shareLooks(async () => {
    const pids = left.shift()
    if (pids === undefined) throw new Error('no more looks')
    const seen = pids.map((pid) => ({ pid, namespace: 'a', stat: parseStat('1 (x) S 0') }))
    taken.push(lookOf(performance.now() - (taken.length === 0 ? ageMs : 0), seen))
    return taken.at(-1) as Look
  }, 10_000)
  return { look, taken }
}

describe('a look', () => {
  test('is shared while it is under way and while it is fresh', async () => {
    const { look, taken } = looksOf(0, [1, 2])
    await Promise.all([look(1), look(2)])
    expect(await look(1)).toBe(taken[0])
  })

  test('is taken anew when it is old', async () => {
    const { look, taken } = looksOf(20_000, [1], [1])
    await look(1)
    expect(await look(1)).toBe(taken[1])
  })

  test('is taken anew for a process that it lacks, which may be there after all', async () => {
    const { look, taken } = looksOf(0, [1], [1], [1, 2])
    await look(1)
    expect(await look(2)).toBe(taken[2])
  })

  test('that failed is taken anew', async () => {
    const { look } = looksOf(0)
    await expect(look(1)).rejects.toThrow('no more looks')
    await expect(look(1)).rejects.toThrow('no more looks')
  })
})
