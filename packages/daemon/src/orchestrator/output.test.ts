import { Readable } from 'node:stream'
import { describe, expect, test } from 'vitest'
import { interleave, keepHead, toJsonBytes } from './output.ts'

const stream = (...chunks: readonly (string | number[])[]) =>
  Readable.from(chunks.map((chunk) => Buffer.from(chunk as string)))

async function* endlessly() {
  for (;;) {
    await new Promise(setImmediate)
    yield Buffer.from('x')
  }
}

const all = async (stdout: Readable, stderr: Readable | null = null) => {
  const items: object[] = []
  for await (const item of interleave(stdout, stderr)) items.push(item)
  return items
}

describe('what a program prints, as items', () => {
  test('has both streams, each in its order', async () => {
    const items = await all(stream('a', 'b'), stream('x', 'y'))
    expect(items.filter((item) => 'stream' in item && item.stream === 'stdout')).toEqual([
      { stream: 'stdout', text: 'a' },
      { stream: 'stdout', text: 'b' },
    ])
    expect(items).toHaveLength(4)
  })

  test('breaks no character apart', async () => {
    const [euro = 0, two = 0, three = 0] = Buffer.from('€')
    expect(await all(stream([97, euro], [two], [three, 98]))).toEqual([
      { stream: 'stdout', text: 'a' },
      { stream: 'stdout', text: '€b' },
    ])
  })

  test.for([
    ['bytes that are no text', [0xff, 0xfe]],
    ['a character that never ends', [0xe2, 0x82]],
  ] as const)('keeps %s', async ([, bytes]) => {
    expect(await all(stream([...bytes]))).toEqual([{ stream: 'stdout', base64: Buffer.from(bytes).toString('base64') }])
  })

  test('is dropped when nobody takes more, while it still comes', async () => {
    for (let count = 0; count < 50; count++) {
      const [stdout, stderr] = [0, 1].map(() => Readable.from(endlessly()))
      const items = interleave(stdout as Readable, stderr as Readable)
      for (let taken = 0; taken <= count % 3; taken++) await items.next()
      await items.return(undefined)
      expect([stdout?.destroyed, stderr?.destroyed]).toEqual([true, true])
    }
  })

  test('fails when a stream does', async () => {
    const failing = new Readable({ read: () => undefined })
    const all = interleave(failing, stream('a'))
    expect(await all.next()).toMatchObject({ value: { text: 'a' } })
    failing.destroy(new Error('oops'))
    await expect(all.next()).rejects.toThrow('oops')
  })

  test('reads no more than is taken', async () => {
    let read = 0
    const endless = new Readable({
      highWaterMark: 1,
      read() {
        read++
        this.push(Buffer.alloc(1024, 'x'))
      },
    })
    const items = interleave(endless, null)
    await items.next()
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(read).toBeLessThan(10)
    await items.return(undefined)
    expect(endless.destroyed).toBe(true)
  })
})

test.for([
  ['all of a short one', ['ab', 'c'], 4, { text: 'abc', truncated: false }],
  ['all of one that just fits', ['ab', 'cd'], 4, { text: 'abcd', truncated: false }],
  ['the head of a long one', ['ab', 'cd', 'ef'], 3, { text: 'abc', truncated: true }],
] as const)('of a stream is kept %s', async ([, chunks, limit, kept]) => {
  expect(await keepHead(stream(...chunks), limit)).toEqual(kept)
})

test('bytes are text where they can be', () => {
  expect([toJsonBytes(Buffer.from('ž')), toJsonBytes(Buffer.from([0xc5]))]).toEqual([{ text: 'ž' }, { base64: 'xQ==' }])
})
