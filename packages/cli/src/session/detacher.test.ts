import { expect, test } from 'vitest'
import { createDetacher } from './detacher.ts'
import { readKeys } from './keys.ts'

const ctrlP = '\x10'
const ctrlQ = '\x11'

/** What of these chunks is passed, and whether the keys were found. */
const type = (keys: string, ...chunks: string[]) => {
  const { pass } = createDetacher(readKeys(keys))
  const results = chunks.map((chunk) => pass(Buffer.from(chunk)))
  return {
    passed: results.map(({ passed }) => Buffer.from(passed).toString()).join(''),
    left: results.some(({ left }) => left),
  }
}

test.each([
  ['what is typed goes through', ['ls -l\r'], 'ls -l\r', false],
  ['the keys leave, and are not typed', [`ab${ctrlP}${ctrlQ}`], 'ab', true],
  ['they may come one by one', [`ab${ctrlP}`, ctrlQ], 'ab', true],
  ['the first alone waits for what comes', [`ab${ctrlP}`], 'ab', false],
  ['and is typed when something else does', [ctrlP, 'x'], `${ctrlP}x`, false],
  ['of the first typed twice the second may be the one', [ctrlP, ctrlP, ctrlQ], ctrlP, true],
  ['what stands behind them is not typed', [`${ctrlP}${ctrlQ}rest`], '', true],
] as const)('%s', (_, chunks, passed, left) => {
  expect(type('ctrl-p,ctrl-q', ...chunks)).toEqual({ passed, left })
})

test('without keys everything is typed', () => {
  expect(type('none', `${ctrlP}${ctrlQ}`)).toEqual({ passed: `${ctrlP}${ctrlQ}`, left: false })
})

test('one key is enough', () => {
  expect(type('ctrl-]', 'a\x1d')).toEqual({ passed: 'a', left: true })
})

test.each([
  ['ctrl-p,ctrl-q', [0x10, 0x11]],
  ['ctrl-a,a', [0x01, 0x61]],
  ['CTRL-@,ctrl-[,ctrl-\\,ctrl-],ctrl-^,ctrl-_', [0, 0x1b, 0x1c, 0x1d, 0x1e, 0x1f]],
  ['', []],
])('keys are named as with docker: "%s"', (text, bytes) => {
  expect([...readKeys(text)]).toEqual(bytes)
})

test.each(['ctrl', 'ctrl-1', 'ab', 'a,', 'é'])('"%s" is no key', (text) => {
  expect(() => readKeys(text)).toThrow('keys such as ctrl-p,ctrl-q')
})
