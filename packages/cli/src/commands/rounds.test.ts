import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { roundsOf } from './rounds.ts'

async function* coming(...rounds: readonly (readonly string[])[]) {
  for (const [index, round] of rounds.entries()) {
    if (index > 0) await sleep(200)
    yield* round
  }
}

const all = async (rounds: AsyncGenerator<string[]>) => {
  const seen: string[][] = []
  for await (const round of rounds) seen.push(round)
  return seen
}

test('what comes together is a round, the last one too', async () => {
  expect(await all(roundsOf(coming(['a', 'b'], ['a', 'b', 'c'], ['c']), 10_000))).toEqual([
    ['a', 'b'],
    ['a', 'b', 'c'],
    ['c'],
  ])
})

test('a long silence is told', async () => {
  expect(await all(roundsOf(coming(['a'], ['a']), 60))).toEqual(expect.arrayContaining([['a'], []]))
})

test('whoever leaves ends what comes', async () => {
  let ended = false
  const endless = async function* () {
    try {
      for (;;) {
        yield 'a'
        await sleep(100)
      }
    } finally {
      ended = true
    }
  }
  for await (const _ of roundsOf(endless(), 10_000)) break
  expect(ended).toBe(true)
})

test('what fails on the way is told to who reads', async () => {
  const failing = async function* () {
    yield 'a'
    throw new Error('broken')
  }
  await expect(all(roundsOf(failing(), 10_000))).rejects.toThrow('broken')
})
