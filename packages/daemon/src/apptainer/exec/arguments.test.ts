import { expect, test } from 'vitest'
import { execArguments, execEnvironment } from './arguments.ts'
import { orderOf } from './exec.fixture.ts'

const tools = { command: (name: string, ...args: readonly string[]) => [`/.aptorch/tools/${name}`, ...args] }
const size = { rows: 24, columns: 80 }

/** What Apptainer is to run in the instance. */
const programOf = (order: Parameters<typeof orderOf>[0]) => {
  const args = execArguments(orderOf(order), tools)
  return args.slice(args.indexOf('instance://box') + 1)
}

test('a program is run as it was asked for, with values that nobody evaluates', () => {
  const args = execArguments(orderOf({ workingDir: '/a b', command: ['ls', '--cwd', '$(id)'] }), tools)
  expect(args.slice(-6)).toEqual(['--cwd', '/a b', 'instance://box', 'ls', '--cwd', '$(id)'])
  expect(args).toEqual(expect.arrayContaining(['--cleanenv', '--no-eval']))
})

test('in a terminal it leads a session, and becomes a user in that', () => {
  expect(programOf({ terminal: size, user: { uid: 5, gid: 6 }, command: ['id'] })).toEqual([
    ...['/.aptorch/tools/setsid', '--ctty', '--'],
    ...['/.aptorch/tools/setpriv', '--reuid=5', '--regid=6', '--clear-groups', '--'],
    'id',
  ])
})

test('it gets its home, which Apptainer would not give it, as a value', () => {
  expect(programOf({ environment: { HOME: '/x $(y)' } }).slice(-4)).toEqual(['sh', '/x $(y)', 'ls', '-l'])
  expect(programOf({ environment: {} })).toEqual(['ls', '-l'])
})

test('a terminal has a name for programs, theirs when they bring one', () => {
  expect(execEnvironment(orderOf({ environment: { A: 'b' } }))).toEqual({ A: 'b' })
  expect(execEnvironment(orderOf({ terminal: size, environment: { A: 'b' } }))).toEqual({ A: 'b', TERM: 'xterm' })
  expect(execEnvironment(orderOf({ terminal: size, environment: { TERM: 'vt100' } }))).toEqual({ TERM: 'vt100' })
})
