import { lstatSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test as base, expect } from 'vitest'
import { ownAccount } from '../host/account.ts'
import { makeFifos } from './fifos.ts'

const test = base.extend('folder', ({ task }, { onCleanup }) => {
  const folder = mkdtempSync(join(tmpdir(), `fifos-${task.id}-`))
  onCleanup(() => rmSync(folder, { recursive: true }))
  return folder
})

test('FIFOs are made for all to write into, and stay', async ({ folder }) => {
  await makeFifos(folder, ownAccount())
  const looks = () => ['stdout', 'stderr'].map((name) => lstatSync(join(folder, name)))
  const before = looks()
  expect(before.map((look) => [look.isFIFO(), look.mode & 0o777])).toEqual([
    [true, 0o622],
    [true, 0o622],
  ])
  await makeFifos(folder, ownAccount())
  expect(looks().map(({ ino }) => ino)).toEqual(before.map(({ ino }) => ino))
})

test('what a container has put in their place is taken away, and nothing that it points to', async ({ folder }) => {
  const victim = join(folder, 'victim')
  writeFileSync(victim, 'precious', { mode: 0o600 })
  symlinkSync(victim, join(folder, 'stdout'))
  mkdirSync(join(folder, 'stderr', 'deep'), { recursive: true })
  await makeFifos(folder, ownAccount())
  for (const name of ['stdout', 'stderr']) expect(lstatSync(join(folder, name)).isFIFO()).toBe(true)
  expect(readFileSync(victim, 'utf8')).toBe('precious')
  expect(lstatSync(victim).mode & 0o777).toBe(0o600)
})
