import { expect, test } from 'vitest'
import { makeRecord } from '../store/record.fixture.ts'
import type { ContainerRecord } from '../store/record.ts'
import { happeningsBetween } from './happenings.ts'

const running = makeRecord('web')
const gone = { process: null } as const
const volume = { host_location: '/srv', container_location: '/data', read_only: true }
const withSpec = (spec: Partial<ContainerRecord['spec']>) => makeRecord('web', { spec })

test.for<[string, ContainerRecord | undefined, ContainerRecord, object[]]>([
  ['a new container', undefined, makeRecord('web', { state: 'creating', ...gone }), [{ type: 'created', details: {} }]],
  [
    'its start',
    makeRecord('web', { state: 'creating', ...gone }),
    running,
    [{ type: 'started', details: { restart_count: 0 } }],
  ],
  ['nothing', running, running, []],
  ['a pause', running, makeRecord('web', { state: 'paused' }), [{ type: 'paused', details: {} }]],
  ['its end', makeRecord('web', { state: 'paused' }), running, [{ type: 'resumed', details: {} }]],
  [
    'a stop',
    running,
    makeRecord('web', { state: 'stopped', exit_code: 143, ...gone }),
    [{ type: 'stopped', details: { exit_code: 143 } }],
  ],
  [
    'an end for want of memory, to be started again',
    running,
    makeRecord('web', {
      state: 'exited',
      exit_code: 137,
      oom_killed: true,
      restart: { at: '2026-01-01T00:00:09.000Z', delay_s: 2, attempts: 1 },
      ...gone,
    }),
    [
      { type: 'oom', details: { memory: null } },
      { type: 'exited', details: { exit_code: 137, oom_killed: true } },
      { type: 'restarting', details: { at: '2026-01-01T00:00:09.000Z', delay_s: 2, attempts: 1 } },
    ],
  ],
  [
    'what a health check finds',
    makeRecord('web', { health: 'starting' }),
    makeRecord('web', { health: 'unhealthy', health_output: 'no' }),
    [{ type: 'health', details: { health: 'unhealthy' } }],
  ],
  ['a volume more', running, withSpec({ volumes: [volume] }), [{ type: 'volume_added', details: volume }]],
  ['a volume less', withSpec({ volumes: [volume] }), running, [{ type: 'volume_removed', details: volume }]],
  ['a limit', running, withSpec({ cpus: 2 }), [{ type: 'updated', details: { cpus: 2, memory: null, pids: null } }]],
])('%s is told', ([, before, after, told]) => {
  expect(happeningsBetween(before, after)).toEqual(told)
})
