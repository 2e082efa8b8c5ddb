import { expect, test } from 'vitest'
import { cut, textWidth } from './width.ts'

test.each([
  ['plain', 5],
  ['ümläut', 6],
  ['e\u0301', 1],
  ['日本', 4],
  ['\u{1f433}', 2],
  ['\u001b[31mred\u001b[39m', 3],
])('columns stay aligned behind %j', (text, width) => {
  expect(textWidth(text)).toBe(width)
})

test.each([
  ['docker://alpine', 20, 'docker://alpine'],
  ['docker://alpine', 8, 'docker:…'],
  ['日本語', 5, '日本…'],
  ['日本語', 4, '日…'],
])('what was cut off shows that it was: %j in %i columns', (text, width, shown) => {
  expect(cut(text, width)).toBe(shown)
})
