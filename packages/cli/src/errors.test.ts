import { apiError, type ErrorCode } from '@aptorch/shared'
import { expect, test } from 'vitest'
import { AbsentError, describeError, exitCodeOf, InterruptedError, UnreachableError, UsageError } from './errors.ts'

const refusals: readonly (readonly [ErrorCode, number])[] = [
  ['container_not_found', 3],
  ['data_not_found', 3],
  ['unauthorized', 4],
  ['user_not_allowed', 4],
  ['name_taken', 1],
  ['port_taken', 1],
  ['volume_busy', 1],
  ['not_paused', 1],
  ['already_paused', 1],
  ['invalid_field', 1],
  ['internal', 1],
  ['disk_full', 1],
]

test.each(refusals)('a script can tell "%s" from other refusals: %i', (code, exitCode) => {
  expect(exitCodeOf(apiError(code, 'no'))).toBe(exitCode)
})

test('a script can tell its own mistake, a daemon that is down and Ctrl-C from a refusal', () => {
  expect(exitCodeOf(new UsageError('no such flag'))).toBe(2)
  expect(exitCodeOf(new UnreachableError('nobody there'))).toBe(125)
  expect(exitCodeOf(new InterruptedError('stopped'))).toBe(130)
})

test('who typed something wrong is shown where to look it up', () => {
  expect(describeError(new UsageError('NAME is missing', 'volume add'))).toBe(
    "NAME is missing\nSee 'aptorch volume add --help'.",
  )
  expect(describeError(new UsageError('a command is missing'))).toContain("See 'aptorch --help'.")
})

test('what an answer does not hold is told as it is, not as a mistake of ours', () => {
  const error = new AbsentError('web does not publish 81/tcp')
  expect(exitCodeOf(error)).toBe(1)
  expect(describeError(error)).toBe('web does not publish 81/tcp')
})

test('a mistake of ours comes with what a report of it needs', () => {
  expect(describeError(new TypeError('x is undefined'))).toMatch(/aptorch itself: TypeError: x is undefined\n +at /)
})
