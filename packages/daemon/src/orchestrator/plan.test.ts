import { type ContainerState, containerStates } from '@aptorch/shared'
import { describe, expect, test } from 'vitest'
import { makeRecord } from '../store/record.fixture.ts'
import { type Look, planStep } from './plan.ts'

const now = Date.parse('2026-01-01T00:01:00.000Z')
const process = { boot_id: 'this-boot', pid: 4242, start_time: 77 }
const looks = {
  alive: { found: 'alive', process, exitCode: undefined, frozen: false },
  'alive and frozen': { found: 'alive', process, exitCode: undefined, frozen: true },
  'alive, its command ended': { found: 'alive', process, exitCode: 7, frozen: false },
  gone: { found: 'gone', exitCode: undefined, rebooted: false, outOfMemory: false },
  'gone, out of memory': { found: 'gone', exitCode: undefined, rebooted: false, outOfMemory: true },
  'gone, its command ended': { found: 'gone', exitCode: 7, rebooted: false, outOfMemory: false },
  'gone with the machine': { found: 'gone', exitCode: undefined, rebooted: true, outOfMemory: false },
  'gone with the machine, its command ended': { found: 'gone', exitCode: 7, rebooted: true, outOfMemory: false },
  unreadable: { found: 'unreadable', reason: 'EACCES' },
} satisfies Record<string, Look>

const nothing = { do: 'nothing' }
const finish = { do: 'finish', process, exitCode: 7 }
const adopt = { do: 'adopt', process }
const stray = { do: 'stop stray', process }
const exited = { do: 'note end', state: 'exited', exitCode: 7, error: null }
const starved = { do: 'note end', state: 'exited', exitCode: 137, error: null }
const goesOn = { do: 'note pause', state: 'running' }
const isPaused = { do: 'note pause', state: 'paused' }
const killed = { do: 'note end', state: 'failed', exitCode: null, error: 'its processes were killed from outside' }
const cutOff = { do: 'note end', state: 'failed', exitCode: null, error: expect.stringContaining('being created') }
const startAgain = { do: 'start again' }
const doubt = { do: 'doubt', reason: 'EACCES' }

const whatRuns = {
  alive: nothing,
  'alive and frozen': isPaused,
  'alive, its command ended': finish,
  gone: killed,
  'gone, out of memory': starved,
  'gone, its command ended': exited,
  'gone with the machine': startAgain,
  'gone with the machine, its command ended': startAgain,
  unreadable: doubt,
}
const whatEnded = {
  alive: stray,
  'alive and frozen': stray,
  'alive, its command ended': stray,
  gone: nothing,
  'gone, out of memory': nothing,
  'gone, its command ended': nothing,
  'gone with the machine': nothing,
  'gone with the machine, its command ended': nothing,
  unreadable: nothing,
}
const rules: Record<ContainerState, Record<keyof typeof looks, unknown>> = {
  running: whatRuns,
  paused: { ...whatRuns, alive: goesOn, 'alive and frozen': nothing },
  unknown: { ...whatRuns, alive: adopt, 'alive and frozen': adopt, unreadable: nothing },
  creating: {
    ...whatEnded,
    alive: adopt,
    'alive and frozen': adopt,
    'alive, its command ended': adopt,
    gone: cutOff,
    'gone, out of memory': cutOff,
    'gone, its command ended': cutOff,
    'gone with the machine': cutOff,
    'gone with the machine, its command ended': cutOff,
  },
  stopped: whatEnded,
  exited: whatEnded,
  failed: whatEnded,
}

describe.for([...containerStates])('what is known as %s', (state) => {
  test.for(Object.keys(looks) as (keyof typeof looks)[])('and is found %s', (look) => {
    const record = makeRecord('c', { state, ...(state === 'creating' ? { started_at: null } : {}) })
    expect(planStep(record, looks[look], now)).toEqual(rules[state][look])
  })
})

describe('what was being started again after a reboot', () => {
  const record = makeRecord('c', { state: 'creating', started_at: '2026-01-01T00:00:00.000Z' })
  test.for([
    ['alive', adopt],
    ['gone', startAgain],
    ['gone, its command ended', exited],
    ['gone with the machine', startAgain],
  ] as const)('and is found %s', ([look, step]) => {
    expect(planStep(record, looks[look], now)).toEqual(step)
  })
})

test.for([
  ['unless-stopped', 0, 'start again'],
  ['always', 0, 'start again'],
  ['on-failure:3', 143, 'start again'],
  ['on-failure', 0, 'note end'],
  ['no', 143, 'note end'],
] as const)('with the policy %s a command that said %i as the machine went down: %s', ([policy, exitCode, step]) => {
  const record = makeRecord('c', { spec: { restart_policy: policy } })
  const look = { ...looks['gone with the machine'], exitCode }
  expect(planStep(record, look, now)).toMatchObject({ do: step })
})

test('what must not be started again after a reboot is stopped', () => {
  const record = makeRecord('c', { spec: { restart_policy: 'no' } })
  expect(planStep(record, looks['gone with the machine'], now)).toEqual({
    do: 'note end',
    state: 'stopped',
    exitCode: null,
    error: 'the machine went down',
  })
})

test.for([
  ['exited', 'gone, its command ended', '2026-01-01T00:00:59.000Z', 'start again'],
  ['exited', 'gone, its command ended', '2026-01-01T00:01:01.000Z', 'nothing'],
  ['failed', 'gone with the machine', '2026-01-01T00:00:00.000Z', 'start again'],
  ['exited', 'unreadable', '2026-01-01T00:00:00.000Z', 'nothing'],
] as const)('%s, %s, to be started again at %s: %s', ([state, look, at, step]) => {
  const record = makeRecord('web', { state, process: null, restart: { at, delay_s: 1, attempts: 0 } })
  expect(planStep(record, looks[look], now)).toEqual({ do: step })
})
