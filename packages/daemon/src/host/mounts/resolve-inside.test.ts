import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test as base, expect } from 'vitest'
import { resolveInside } from './resolve-inside.ts'

const test = base.extend('root', ({ task }, { onCleanup }) => {
  const root = mkdtempSync(join(tmpdir(), `inside-${task.id}-`))
  onCleanup(() => rmSync(root, { recursive: true }))
  mkdirSync(join(root, 'run/lock'), { recursive: true })
  mkdirSync(join(root, 'var'))
  const links = {
    'var/run': '/run',
    up: '../../../../run',
    relative: './var/../var/run',
    self: 'self',
    out: '/etc/../../..',
  }
  for (const [name, target] of Object.entries(links)) symlinkSync(target, join(root, name))
  return root
})

test.for([
  ['/run/lock', '/run/lock'],
  ['/var/run/lock', '/run/lock'],
  ['//var/./run//lock/', '/run/lock'],
  ['/up/lock', '/run/lock'],
  ['/relative/lock', '/run/lock'],
  ['/var/run/not/there', '/run/not/there'],
  ['/out/etc', '/etc'],
  ['/', '/'],
] as const)('%s is %s', async ([path, resolved], { root }) => {
  expect(await resolveInside(root, path)).toBe(resolved)
})

test('a link that leads to itself comes to an end', async ({ root }) => {
  expect(await resolveInside(root, '/self/x')).toBe('/self/x')
})
