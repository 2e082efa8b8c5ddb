import { Chalk } from 'chalk'
import { expect, test } from 'vitest'
import { type Row, rows } from '../commands/rows.ts'
import { rendererOf } from './renderers.ts'

const screen = { columns: undefined, paint: new Chalk({ level: 0 }), now: new Date() }
const newRoute = (method: 'GET' | 'POST') =>
  rendererOf({
    name: 'new_route',
    method,
    path: '/new',
    success: 200,
    names: [],
    summary: '',
    fields: [],
  } as unknown as Row)

test('a new route that does something says to which container, for the next command in a script', () => {
  expect(newRoute('POST')({ status: 200, container_name: 'web', more: 1 }, screen)).toBe('web')
})

test('a new route that tells something can be read before anybody made a table for it', () => {
  const body = { status: 200, version: '1.0', limits: { cpus: 2 } }
  expect(newRoute('GET')(body, screen)).toBe('version   1.0\nlimits    {"cpus":2}')
  expect(newRoute('GET')([{ id: 1 }], screen)).toBe('[\n  {\n    "id": 1\n  }\n]')
})

test.each([
  [{ cpus: 2, memory: 1_073_741_824, pids: 200 }, 'web: cpus 2, memory 1 GiB, pids 200'],
  [{ cpus: 0.5, memory: null, pids: null }, 'web: cpus 0.5, memory unlimited, pids unlimited'],
])('who changed limits sees what they are now: %j', (limits, line) => {
  expect(rendererOf(rows.update)({ status: 200, container_name: 'web', ...limits }, screen)).toBe(line)
})

test('a script that paused a container gets its name, as from stop', () => {
  const answer = { status: 200, container_name: 'web', container_active: true, state: 'paused' }
  expect(rendererOf(rows.pause)(answer, screen)).toBe('web')
  expect(rendererOf(rows.resume)(answer, screen)).toBe('web')
})
