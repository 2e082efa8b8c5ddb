import { describe, expect, test } from 'vitest'
import { makeRecord } from '../store/record.fixture.ts'
import { afterEnd, isRestartDue } from './restart-policy.ts'

const at = Date.parse('2026-01-01T00:10:00.000Z')

const ended = ({
  policy = 'always',
  asked = true,
  delay_s = 0,
  attempts = 0,
  ranS = 5,
  exitCode = 1 as number | null,
}) => {
  const record = makeRecord('web', { started_at: new Date(at - ranS * 1000).toISOString() })
  const spec = { ...record.spec, restart_policy: policy, restart_on_exit: asked }
  return afterEnd({ ...record, spec, restart: { at: null, delay_s, attempts } }, { exitCode, at })
}

const after = (seconds: number) => new Date(at + seconds * 1000).toISOString()

describe('the end of a container', () => {
  test.for([
    ['no', 0, false],
    ['no', 1, false],
    ['always', 0, true],
    ['always', null, true],
    ['unless-stopped', 0, true],
    ['unless-stopped', 1, true],
    ['on-failure', 0, false],
    ['on-failure', 1, true],
    ['on-failure', null, true],
    ['on-failure:3', 137, true],
  ] as const)('with %s and exit code %s: started again is %s', ([policy, exitCode, again]) => {
    expect(ended({ policy, exitCode }).at !== null).toBe(again)
  })

  test('does not count without a policy that was asked for', () => {
    expect(ended({ policy: 'unless-stopped', asked: false }).at).toBeNull()
  })

  test.for([
    [0, 1],
    [1, 2],
    [2, 4],
    [32, 60],
    [60, 60],
  ] as const)('after a wait of %s s is followed by one of %s s', ([delay_s, next]) => {
    expect(ended({ delay_s })).toMatchObject({ at: after(next), delay_s: next })
  })

  test('after a minute up begins anew', () => {
    expect(ended({ policy: 'on-failure:2', delay_s: 60, attempts: 2, ranS: 60 })).toEqual({
      at: after(1),
      delay_s: 1,
      attempts: 0,
    })
  })

  test('is the last one when it has failed too often', () => {
    expect(ended({ policy: 'on-failure:2', attempts: 1 }).at).not.toBeNull()
    expect(ended({ policy: 'on-failure:2', attempts: 2 }).at).toBeNull()
  })
})

test('a start that failed counts as no time up', () => {
  const { spec } = makeRecord('web')
  const record = makeRecord('web', {
    spec: { ...spec, restart_policy: 'always', restart_on_exit: true },
    state: 'creating',
    started_at: new Date(at - 3_600_000).toISOString(),
    restart: { at: null, delay_s: 4, attempts: 3 },
  })
  expect(afterEnd(record, { exitCode: null, at })).toEqual({ at: after(8), delay_s: 8, attempts: 3 })
})

test('a restart is due when its time has come, not before', () => {
  const record = makeRecord('web', { restart: { at: after(1), delay_s: 1, attempts: 0 } })
  expect([at, at + 999, at + 1000].map((now) => isRestartDue(record, now))).toEqual([false, false, true])
  expect(isRestartDue(makeRecord('web', {}), at)).toBe(false)
})
