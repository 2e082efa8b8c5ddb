import { expect, test } from 'vitest'
import { candidatesFor } from './candidates.ts'

const wordsAfter = (...typed: string[]) => candidatesFor(typed).words

test('the names that people know are offered first, and those of the routes when they begin one', () => {
  expect(wordsAfter('')).toEqual(expect.arrayContaining(['start', 'ps', 'rm', 'volume', 'completion']))
  expect(wordsAfter('')).not.toContain('getallcont')
  expect(wordsAfter('get')).toContain('getallcont')
  expect(wordsAfter('volume', '')).toEqual(['add', 'rm', 'ls'])
  expect(wordsAfter('help', 'st')).toContain('start')
})

test.each([
  [['stop', '']],
  [['stop', 'web', '']],
  [['rm', '--force', '']],
  [['volume', 'add', '']],
  [['--host', '/run/aptorch.sock', 'inspect', '']],
  [['stop', '--name', '']],
])('names of containers are offered where one is wanted: %j', (typed) => {
  expect(candidatesFor(typed).containers).toBe(true)
})

test.each([
  [['start', '']],
  [['start', '--name', '']],
  [['volume', 'add', 'web', '']],
  [['start', './a.sif', '--', '']],
])('names of containers are not offered where a file or a new name is wanted: %j', (typed) => {
  expect(candidatesFor(typed).containers).toBe(false)
})

test('flags and the values that they can have are offered', () => {
  expect(wordsAfter('start', '--')).toEqual(expect.arrayContaining(['--env', '--volume', '--json']))
  expect(wordsAfter('start', '--')).not.toContain('--enviroment')
  expect(wordsAfter('start', '--network', '')).toEqual(['bridge', 'host', 'none'])
  expect(wordsAfter('ps', '--state', '=', 'ru')).toContain('running')
})
