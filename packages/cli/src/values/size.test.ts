import { expect, test } from 'vitest'
import { readSize } from './size.ts'

test.each([
  ['1048576', 1_048_576],
  ['100b', 100],
  ['64k', 65_536],
  ['512m', 536_870_912],
  ['512MiB', 536_870_912],
  ['1.5g', 1_610_612_736],
  ['2GB', 2_147_483_648],
])('a limit of %s is not a thousand times too small or too large', (typed, bytes) => {
  expect(readSize(typed)).toBe(bytes)
})

test.each(['', 'm', '-1', '1x', '1 g', '1e3', 'lots'])('a slip in --memory is told: "%s"', (typed) => {
  expect(() => readSize(typed)).toThrow('512m')
})
