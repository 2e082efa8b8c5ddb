import { describe, expect, test } from 'vitest'
import { orderOf } from './exec.fixture.ts'
import { readFailure } from './failure.ts'

const order = orderOf({
  command: ['prog'],
  workingDir: '/work',
  user: { uid: 5, gid: 6 },
  terminal: { rows: 1, columns: 1 },
})

describe('a launcher that ends with', () => {
  test.for([
    ['FATAL:   "prog": executable file not found in $PATH', 255, 127, 'prog: not found in the container'],
    ['FATAL:   stat /prog: no such file or directory', 255, 127, 'prog: not found in the container'],
    ['FATAL:   stat /a/prog: not a directory\r', 255, 127, 'prog: not found in the container'],
    ['FATAL:   permission denied', 255, 126, 'prog: permission denied'],
    ['FATAL:   is a directory', 255, 126, 'prog: is a directory'],
    ['FATAL:   exec /prog failed: a shared library is likely missing in the image', 255, 126, /^prog: its interpreter/],
    ['FATAL:   exec /prog failed: exec format error', 255, 126, 'prog: exec format error'],
    ['setsid: failed to execute prog: No such file or directory', 127, 127, 'prog: not found in the container'],
    ['setpriv: failed to execute prog: Permission denied', 126, 126, 'prog: permission denied'],
  ] as const)('%s', ([line, exitCode, code, says]) => {
    expect(readFailure(line, exitCode, order)).toEqual({
      code,
      says: typeof says === 'string' ? says : expect.stringMatching(says),
      error: null,
    })
  })

  test.for([
    [
      'FATAL:   failed to set working directory: chdir /work: no such file or directory',
      255,
      'invalid_field',
      '"/work"',
    ],
    ['setpriv: setresuid failed: Invalid argument', 127, 'invalid_field', 'user: got 5:6'],
    ['FATAL:   stat /.aptorch/tools/ld.so: no such file or directory', 255, 'exec_failed', 'restart it'],
    ['/.aptorch/tools/setsid: error while loading shared libraries', 127, 'exec_failed', 'restart it'],
    ['FATAL:   no instance found with name box', 255, 'exec_failed', 'no instance found with name box'],
  ] as const)('%s, which its caller is told', ([line, exitCode, code, message]) => {
    const failure = readFailure(line, exitCode, order)
    expect(failure).toMatchObject({ code: 126, error: { code } })
    expect(failure?.error?.message).toContain(message)
  })
})

test.for([
  ['FATAL:   permission denied', 1],
  ['setsid: failed to execute prog: No such file or directory', 1],
  ['setpriv: bad usage', 127],
  ['', 255],
] as const)('the program itself has printed "%s" and ended with %i', ([line, exitCode]) => {
  expect(readFailure(line, exitCode, order)).toBeUndefined()
})

test('a tool that was not used has printed nothing', () => {
  const line = 'setpriv: failed to execute prog: No such file or directory'
  expect(readFailure(line, 127, orderOf())).toBeUndefined()
})
