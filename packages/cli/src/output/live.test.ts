import type { EventItem, StatsItem } from '@aptorch/shared'
import { Chalk } from 'chalk'
import { expect, test } from 'vitest'
import { eventLine } from './events.ts'
import { renderStats, statsRemarks } from './stats.ts'
import { renderTop } from './top.ts'
import { renderWaited, type Waited } from './waited.ts'

const paint = new Chalk({ level: 0 })
const screen = { columns: undefined, paint, now: new Date() }

const event: EventItem = {
  id: '7',
  time: '2026-03-01T12:00:00.000Z',
  type: 'exited',
  container_name: 'web',
  image: 'docker://a',
  labels: {},
  details: { exit_code: 1, oom: false },
}

test.each([
  [event, '2026-03-01T12:00:00.000Z exited web (exit_code=1, oom=false)'],
  [{ ...event, type: 'created', details: {} }, '2026-03-01T12:00:00.000Z created web (image=docker://a)'],
  [{ ...event, type: 'missed', container_name: null, image: null, details: {} }, '2026-03-01T12:00:00.000Z missed'],
  [
    { ...event, image: null, details: { output: 'a\u001b[2J\nb' } },
    '2026-03-01T12:00:00.000Z exited web (output=a [2J b)',
  ],
] as const)('an event is a line, whatever is in it', (item, line) => {
  expect(eventLine(item, paint)).toBe(line)
})

const sample: StatsItem = {
  time: '2026-03-01T12:00:00.000Z',
  container_name: 'web',
  cpu_percent: 12.345,
  cpu_time_s: 3,
  memory: 52_428_800,
  memory_limit: 536_870_912,
  memory_percent: 9.77,
  network_received: 2048,
  network_sent: 0,
  block_read: null,
  block_written: null,
  pids: 3,
  pids_limit: 100,
  source: 'cgroup',
}

test('statistics are a line a container; what the host does not tell is not made up', () => {
  const [, line] = renderStats([sample], screen).split('\n')
  expect(line?.split(/ {2,}/)).toEqual([
    ...['web', '12.35%', '50 MiB / 512 MiB', '9.77%', '2 KiB / 0 bytes', '-', '3 / 100'],
  ])
  const bare = { ...sample, cpu_percent: null, memory_limit: null, memory_percent: null, pids_limit: null }
  const [, other] = renderStats([bare], screen).split('\n')
  expect(other?.split(/ {2,}/)).toEqual(['web', '-', '50 MiB / -', '-', '2 KiB / 0 bytes', '-', '3'])
})

test('a person learns which figures are of no cgroup', () => {
  expect(statsRemarks([sample])).toEqual([])
  expect(statsRemarks([sample, { ...sample, container_name: 'db', source: 'proc' }])).toEqual([
    expect.stringMatching(/without a cgroup.*: db$/),
  ])
})

test('processes are told with their time as ps has it', () => {
  const process = {
    ...{ pid: 4000, inside_pid: 12, parent_pid: 1, user: 'root', state: 'S', cpu_percent: 1.25, memory: 1_048_576 },
    ...{ started_at: '2026-03-01T12:00:00.000Z', command: 'sleep 60' },
  }
  const processes = [
    { ...process, cpu_time_s: 67.9 },
    { ...process, cpu_time_s: 3_723 },
  ]
  const [, first, second] = renderTop({ status: 200, container_name: 'web', processes }, screen).split('\n')
  expect(first?.split(/ {2,}/)).toEqual(['root', '4000', '12', '1', 'S', '1.3', '1:07', '1 MiB', 'sleep 60'])
  expect(second).toContain('1:02:03')
})

test.each([
  [{ until: 'exited', exit_code: 7, state: 'exited', health: null }, '7'],
  [{ until: 'exited', exit_code: null, state: 'failed', health: null }, 'failed'],
  [{ until: 'running', exit_code: 7, state: 'running', health: null }, 'running'],
  [{ until: 'healthy', exit_code: null, state: 'running', health: 'healthy' }, 'healthy'],
] as const)('a script that waited gets one word: %j', (waited, word) => {
  expect(
    renderWaited({ status: 200, container_name: 'web', container_active: false, ...waited } as Waited, screen),
  ).toBe(word)
})
