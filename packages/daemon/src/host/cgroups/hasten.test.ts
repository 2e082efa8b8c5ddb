import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createHastener } from './hasten.ts'
import type { Hierarchies } from './hierarchies.ts'

let point = ''
beforeEach(() => {
  point = mkdtempSync(join(tmpdir(), 'aptorch-hasten-'))
  mkdirSync(join(point, 'service'))
})
afterEach(() => rmSync(point, { recursive: true }))

const mount = {
  id: 1,
  parent: 0,
  device: '0:1',
  root: '/',
  options: '',
  optional: '',
  type: 'cgroup2',
  source: '',
  superOptions: '',
}

test.for([
  ['v1', () => ({ version: 1, points: { pids: point } }), '9:memory:/other\n8:pids:/service\n0::/\n', 'service'],
  ['v2', () => ({ version: 2, mount: { ...mount, point } }), '0::/service\n', 'service'],
  ['v2 at its top', () => ({ version: 2, mount: { ...mount, point } }), '0::/\n', ''],
] as const)('moves the daemon to where it is: %s', async ([, hierarchies, own, folder]) => {
  const file = join(point, folder, 'cgroup.procs')
  writeFileSync(file, '')
  createHastener(hierarchies() as unknown as Hierarchies, own)()
  for (let count = 0; count < 100 && readFileSync(file, 'utf8') === ''; count++) await sleep(5)
  expect(readFileSync(file, 'utf8')).toBe(String(process.pid))
})

test('does nothing where there is nothing of ours', async () => {
  const hasten = createHastener({ version: 1, points: { pids: point } } as unknown as Hierarchies, '8:pids:/none\n')
  hasten()
  await sleep(20)
  hasten()
  createHastener(undefined, '')()
})
