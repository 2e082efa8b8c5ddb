import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect } from 'vitest'
import { all, print, test, texts } from './logs.fixture.ts'
import type { Piece } from './read.ts'

const count = 1_000_000
const seq = (last: number, first = 1) => `seq -f %099.0f ${first} ${last}`

/** Reads numbered lines, and checks that each is one more than the one before. Returns the first and the last. */
const readNumbers = async (pieces: AsyncIterable<Piece>, each: (number: number) => Promise<void> | void = () => {}) => {
  let [first, last, gaps] = [0, 0, 0]
  for await (const piece of pieces) {
    if ('missed' in piece) {
      gaps += 1
      last = 0
      continue
    }
    const number = Number(piece.text.toString('latin1'))
    if (last > 0 && number !== last + 1) throw new Error(`${number} after ${last}`)
    if (first === 0) first = number
    last = number
    await each(number)
  }
  return { first, last, gaps }
}

describe('a hundred megabytes', { timeout: 30_000 }, () => {
  test('are there line by line, over many files, for who reads meanwhile and for who reads later', async ({
    place,
  }) => {
    const { account, open, home, loggerPid } = place
    const logs = open({ maxFiles: 20 })
    await logs.prepare('web', account)
    let over = false
    const following = readNumbers(logs.read('web', { ...all, follow: true, ended: () => over }))
    await print(place, 'web', seq(count))
    const peak = readFileSync(`/proc/${await loggerPid()}/status`, 'utf8').match(/VmHWM:\s*(\d+) kB/)?.[1]
    expect(Number(peak)).toBeLessThan(150_000)
    expect(await logs.settle('web')).toBe(true)
    over = true
    expect(await following).toEqual({ first: 1, last: count, gaps: 0 })
    expect(await readNumbers(logs.read('web', all))).toEqual({ first: 1, last: count, gaps: 0 })
    const start = performance.now()
    const tail = await readNumbers(logs.read('web', { ...all, tail: 10 }))
    expect(performance.now() - start).toBeLessThan(500)
    expect(tail).toEqual({ first: count - 9, last: count, gaps: 0 })
    for (const name of readdirSync(home.logsOf('web')))
      expect(statSync(join(home.logsOf('web'), name)).size).toBeLessThanOrEqual(10_000_000)
  })

  test('leave no more than the files that are kept, and a tail at once', async ({ place }) => {
    const { account, open, home } = place
    const logs = open({ maxSize: 1_000_000 })
    await logs.prepare('web', account)
    await print(place, 'web', seq(count / 10))
    await logs.settle('web')
    expect(readdirSync(home.logsOf('web')).toSorted()).toEqual(['log', 'log.1', 'log.2'])
    const { first, last } = await readNumbers(logs.read('web', all))
    expect([last, first < last - 10_000]).toEqual([count / 10, true])
  })
})

describe('a reader that is too slow', { timeout: 30_000 }, () => {
  test('is told so, and goes on with what is there', async ({ place }) => {
    const { account, open } = place
    const logs = open({ maxSize: 100_000 })
    await logs.prepare('web', account)
    await print(place, 'web', seq(10))
    let over = false
    const [reached, resumed] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const pieces = logs.read('web', { ...all, follow: true, ended: () => over })
    const reading = readNumbers(pieces, async (number) => {
      if (number !== 5) return
      reached.resolve()
      await resumed.promise
    })
    await reached.promise
    await print(place, 'web', seq(100_000, 11))
    await logs.settle('web')
    over = true
    resumed.resolve()
    expect(await reading).toEqual({ first: 1, last: 100_000, gaps: 1 })
  })
})

test('a logger that is killed while a writer is busy loses no more than it had just read, and has nothing twice', {
  timeout: 30_000,
}, async ({ place }) => {
  const { account, open, loggerPid } = place
  const logs = open({ maxFiles: 20 })
  await logs.prepare('web', account)
  const lines = count / 2
  const printing = print(place, 'web', seq(lines))
  for (const kill of [1, 2, 3]) {
    await sleep(kill * 10)
    process.kill((await loggerPid()) ?? 0, 'SIGKILL')
    await expect.poll(loggerPid).toBeUndefined()
    await logs.ensure()
  }
  await printing
  await logs.settle('web')
  const found = (await texts(logs.read('web', all))).filter((text) => /^0\d{98}$/.test(text)).map(Number)
  expect(found.at(-1)).toBe(lines)
  expect(found.every((number, index) => index === 0 || number > (found[index - 1] ?? 0))).toBe(true)
  // 64 KiB and the line that was being read, each time.
  expect(lines - found.length).toBeLessThanOrEqual(3 * (65536 / 100 + 2))
})
