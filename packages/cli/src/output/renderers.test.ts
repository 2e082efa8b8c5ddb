import { Chalk } from 'chalk'
import { expect, test } from 'vitest'
import type { Row } from '../commands/rows.ts'
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
