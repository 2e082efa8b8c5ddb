import { expect, test } from 'vitest'
import { readDuration } from './duration.ts'

test.each([
  ['0', 0],
  ['90', 90],
  ['1.5', 1.5],
  ['30s', 30],
  ['1m30s', 90],
  ['2h', 7200],
  ['500ms', 0.5],
  ['1s500ms', 1.5],
])('%s is %d seconds', (text, seconds) => {
  expect(readDuration(text)).toBe(seconds)
})

test.each(['', 'soon', '1d', '-1', '1s1m', '1 m'])('"%s" is refused, with an example', (text) => {
  expect(() => readDuration(text)).toThrow('such as 1m30s')
})
