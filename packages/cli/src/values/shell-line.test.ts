import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { shellLine } from './shell-line.ts'

test.each([
  [['echo', 'two words']],
  [['sh', '-c', 'echo "$HOME"; exit 7']],
  [["it's", '', '*', '~', '#', '\\', '$(id)', '&& id']],
  [['A=b', 'C=d', '--opt=x']],
  [['line\nline', '\ttab', 'ümläut', '-n', '!']],
])('the program in the container gets the very words that were typed: %j', (words) => {
  const show = ['sh', '-c', 'printf "%s\\0" "$@"', 'show']
  const shown = execFileSync('/bin/sh', ['-c', shellLine([...show, ...words])], { encoding: 'utf8' })
  expect(shown.split('\0').slice(0, -1)).toEqual(words)
})

test('a program whose name has a "=" is run, not taken for a variable', () => {
  expect(shellLine(['A=b', 'C=d'])).toBe("'A=b' C=d")
})

test('a plain command is shown by ps as it was typed', () => {
  expect(shellLine(['sleep', '600'])).toBe('sleep 600')
})
