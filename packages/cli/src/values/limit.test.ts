import { expect, test } from 'vitest'
import { readAmount, readLimit } from './limit.ts'
import { readSize } from './size.ts'

test.each(['0', '-1', 'none', 'unlimited', 'None'])('every word for no limit takes it away: %s', (typed) => {
  expect(readLimit(typed, readSize)).toBe(0)
  expect(readLimit(typed, readAmount)).toBe(0)
})

test.each([
  ['512m', readSize, 536_870_912],
  ['1.5GiB', readSize, 1_610_612_736],
  ['1.5', readAmount, 1.5],
  ['.5', readAmount, 0.5],
  ['200', readAmount, 200],
] as const)('a limit is what it says: %s', (typed, read, limit) => {
  expect(readLimit(typed, read)).toBe(limit)
})

test.each(['', '-2', '1,5', '2 ', '1e3', '1.', '.', 'two', 'Infinity', '0x10'])(
  'a slip in --cpus or --pids is told: "%s"',
  (typed) => {
    expect(() => readLimit(typed, readAmount)).toThrow('a number')
  },
)

test('a limit below none is a slip, not a wish for no limit', () => {
  expect(() => readLimit('-2', readSize)).toThrow('512m')
})
