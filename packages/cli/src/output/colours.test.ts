import type { ColorInfo } from 'chalk'
import { expect, test } from 'vitest'
import { paintFor } from './colours.ts'

const terminal: ColorInfo = { level: 2, hasBasic: true, has256: true, has16m: false }

test.each([
  ['a terminal has colours', terminal, {}, 2],
  ['a pipe has none', false, {}, 0],
  ['NO_COLOR keeps a terminal plain', terminal, { NO_COLOR: '1' }, 0],
  ['an empty NO_COLOR says nothing', terminal, { NO_COLOR: '' }, 2],
  ['FORCE_COLOR goes over NO_COLOR', terminal, { NO_COLOR: '1', FORCE_COLOR: '1' }, 2],
] as const)('%s', (_, supports, env, level) => {
  expect(paintFor(supports, env).level).toBe(level)
})
