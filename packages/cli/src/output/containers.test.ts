import { stripVTControlCharacters } from 'node:util'
import type { BoundPort, Container } from '@aptorch/shared'
import { Chalk } from 'chalk'
import { expect, test } from 'vitest'
import { renderContainers } from './containers.ts'
import { textWidth } from './width.ts'

const now = new Date('2026-03-01T12:00:00Z')
const web = {
  container_name: 'web',
  container_active: true,
  container_ip: '10.22.0.2',
  image: 'docker://nginx:1.27',
  state: 'running',
  exit_code: null,
  oom_killed: false,
  health: null,
  next_restart_at: null,
  created_at: '2026-03-01T11:57:00Z',
  command: ['nginx'],
  ports: [] as readonly BoundPort[],
} as unknown as Container
const http: BoundPort = { host_ip: '0.0.0.0', host_port: 8080, container_port: 80, protocol: 'tcp' }
const dns: BoundPort = { host_ip: '::1', host_port: 53, container_port: 53, protocol: 'udp' }

const render = (containers: readonly Partial<Container>[], columns?: number) => {
  const list = containers.map((container) => ({ ...web, ...container }))
  return renderContainers(list, { columns, paint: new Chalk({ level: 0 }), now }).split('\n')
}

test('what is published is listed when anything is', () => {
  const ended = { container_active: false, container_ip: null, state: 'stopped' as const, ports: [http] }
  expect(render([{ ports: [http, dns] }, {}, ended]).map((line) => line.replace(/ {2,}/g, ' | '))).toEqual([
    'NAME | IMAGE | STATE | CREATED | IP | PORTS | COMMAND',
    'web | docker://nginx:1.27 | running | 3 minutes ago | 10.22.0.2 | 0.0.0.0:8080->80/tcp, [::1]:53->53/udp | nginx',
    'web | docker://nginx:1.27 | running | 3 minutes ago | 10.22.0.2 | - | nginx',
    'web | docker://nginx:1.27 | stopped | 3 minutes ago | - | - | nginx',
  ])
})

test('where nothing is published, no column is spent on it', () => {
  expect(render([{}])[0]).not.toContain('PORTS')
})

test('many ports keep a row on its line of the terminal', () => {
  const ports = Array.from({ length: 20 }, (_, index) => ({ ...http, host_port: 8080 + index }))
  const lines = render([{ ports }], 100)
  expect(Math.max(...lines.map(textWidth))).toBe(100)
  expect(lines[1]).toMatch(/^web .*0\.0\.0\.0:.*…/)
})

test('on the usual terminal even what has much to say keeps to its line', () => {
  const ports = [http, dns]
  const lines = render([{ ports }, { state: 'exited', exit_code: 137, oom_killed: true, container_active: false }], 80)
  expect(Math.max(...lines.map(textWidth))).toBeLessThanOrEqual(80)
  expect(lines[1]).toMatch(/^web .*0\.0\.0\.0:8080->80\/.*…/)
})

test.each([
  [{ state: 'paused' }, 'paused'],
  [{ state: 'exited', exit_code: 7 }, 'exited (7)'],
  [{ state: 'exited', exit_code: 137, oom_killed: true }, 'exited (137, oom)'],
  [{ state: 'failed', oom_killed: true }, 'failed (oom)'],
  [{ state: 'stopped', exit_code: 143 }, 'stopped'],
  [{ state: 'running', health: 'starting' }, 'running (health: starting)'],
  [{ state: 'running', health: 'unhealthy' }, 'running (unhealthy)'],
  [{ state: 'exited', exit_code: 1, next_restart_at: '2026-03-01T12:00:03.200Z' }, 'exited (1), again in 4s'],
] as const)('how it ended, and why, stands in one place: %j', (container, shown) => {
  expect(render([container])[1]).toContain(`  ${shown}  `)
})

test('a paused container is seen among those that run', () => {
  const paint = new Chalk({ level: 1 })
  const list = [web, { ...web, state: 'paused' as const }]
  const [, running = '', paused = ''] = renderContainers(list, { columns: undefined, paint, now }).split('\n')
  expect(running).toContain('\u001b[32mrunning')
  expect(paused).toContain('\u001b[33mpaused')
  expect(stripVTControlCharacters(paused)).toContain('paused')
})
