import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import type { ExecFailure } from './failure.ts'
import { ExecFilter } from './filter.ts'

const never = (): ExecFailure => {
  throw new Error('nothing was to be read')
}
const failed = (): ExecFailure => ({ code: 127, says: 'ž: not found', error: null })

const firstOf = async (filter: ExecFilter) => String((await once(filter, 'data'))[0])

test('what a program prints is passed on at once', async () => {
  const filter = new ExecFilter()
  const first = firstOf(filter)
  filter.write('F')
  filter.write('ATE')
  expect(await first).toBe('FATE')
})

test('what looks like last words is passed on when more comes', async () => {
  const filter = new ExecFilter()
  const all = text(filter)
  filter.write('FATAL:   x\n')
  filter.end('y\n')
  expect(await filter.settle(255, never)).toBeUndefined()
  expect(await all).toBe('FATAL:   x\ny\n')
})

test('last words are replaced, whatever pieces they come in', async () => {
  const filter = new ExecFilter()
  const all = text(filter)
  filter.write('FA')
  filter.write('TAL:   "x": executable')
  filter.end(' file not found\n')
  expect(await filter.settle(255, failed)).toMatchObject({ code: 127 })
  expect(await all).toBe('ž: not found\n')
})

test('last words that are none after all stay as they were, byte for byte', async () => {
  const filter = new ExecFilter()
  const all = text(filter)
  filter.end(Buffer.from('FATAL:   ž\n'))
  expect(await filter.settle(255, () => undefined)).toBeUndefined()
  expect(await all).toBe('FATAL:   ž\n')
})

test('a program that ends with another code is not looked at', async () => {
  const filter = new ExecFilter()
  const all = text(filter)
  filter.write('FATAL:   x\n')
  expect(await filter.settle(3, never)).toBeUndefined()
  filter.end()
  expect(await all).toBe('FATAL:   x\n')
})

test('a program that printed nothing settles as well', async () => {
  const filter = new ExecFilter()
  filter.end()
  filter.resume()
  expect(await filter.settle(255, () => undefined)).toBeUndefined()
})

test('the like of last words of a program that goes on is passed on after a while', async () => {
  const filter = new ExecFilter()
  const first = firstOf(filter)
  filter.write('FATAL:   x\n')
  expect(await first).toBe('FATAL:   x\n')
})
