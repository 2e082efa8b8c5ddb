import { expect, test } from 'vitest'
import { candidatesFor } from './candidates.ts'

const wordsAfter = (...typed: string[]) => candidatesFor(typed).words

test('the names that people know are offered first, and those of the routes when they begin one', () => {
  expect(wordsAfter('')).toEqual(
    expect.arrayContaining(['start', 'pause', 'resume', 'update', 'port', 'ps', 'rm', 'volume', 'completion']),
  )
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

test.each([
  [['pause', ''], 'running'],
  [['pause', 'web', '--name', ''], 'running'],
  [['resume', 'web', ''], 'paused'],
  [['unpause', ''], 'paused'],
  [['port', ''], undefined],
  [['update', ''], undefined],
  [['stop', ''], undefined],
  [['exec', '-w', '/srv', ''], 'running'],
  [['shell', ''], 'running'],
  [['logs', '-f', ''], undefined],
  [['stats', 'web', ''], undefined],
  [['wait', 'web', ''], undefined],
])('those are offered that the subcommand can do something to: %j', (typed, state) => {
  expect(candidatesFor(typed)).toEqual({ words: [], containers: true, state, suffix: '' })
})

test('paths in containers begin with their names', () => {
  expect(candidatesFor(['cp', './a', 'we'])).toEqual({ words: [], containers: true, state: undefined, suffix: ':' })
  expect(candidatesFor(['cp', './']).containers).toBe(false)
})

test('behind the name of a container that a program is to run in, files are meant', () => {
  expect(candidatesFor(['exec', 'web', '']).containers).toBe(false)
  expect(candidatesFor(['logs', 'web', '']).containers).toBe(false)
})

test('a port is asked for of one container', () => {
  expect(candidatesFor(['port', 'web', '']).containers).toBe(false)
})

test('flags and the values that they can have are offered', () => {
  expect(wordsAfter('start', '--')).toEqual(expect.arrayContaining(['--env', '--volume', '--json']))
  expect(wordsAfter('start', '--')).not.toContain('--enviroment')
  expect(wordsAfter('start', '--network', '')).toEqual(['bridge', 'host', 'none'])
  expect(wordsAfter('start', '--net', '')).toEqual(['bridge', 'host', 'none'])
  expect(wordsAfter('update', '--')).toEqual(expect.arrayContaining(['--cpus', '--memory', '--pids']))
  expect(wordsAfter('volume', 'add', '--')).toContain('--chown')
  expect(wordsAfter('volume', 'rm', '--')).toContain('--force')
  expect(wordsAfter('ps', '--state', '=', 'ru')).toContain('running')
})
