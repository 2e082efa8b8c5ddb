import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test as base, expect } from 'vitest'
import { openFiles } from './files.ts'

const test = base.extend('folder', ({ task }, { onCleanup }) => {
  const folder = mkdtempSync(join(tmpdir(), `network-${task.id}-`))
  onCleanup(() => rmSync(folder, { recursive: true }))
  return folder
})

const loopback = '127.0.0.1 localhost\n::1 localhost ip6-localhost ip6-loopback\n'

test('containers find each other in one file, which is never replaced', async ({ folder }) => {
  const files = await openFiles(folder, [])
  await files.writeHosts(() => [
    ['web', '10.88.0.3'],
    ['localhost', '10.88.0.9'],
    ['db', '10.88.0.2'],
  ])
  expect(readFileSync(files.hosts, 'utf8')).toBe(`${loopback}10.88.0.2 db\n10.88.0.3 web\n`)
  const { ino, mode } = statSync(files.hosts)
  expect(mode & 0o777).toBe(0o644)
  await files.writeHosts(() => [])
  expect(readFileSync(files.hosts, 'utf8')).toBe(loopback)
  expect(statSync(files.hosts).ino).toBe(ino)
})

test('the last of many changes is what the file has', async ({ folder }) => {
  const files = await openFiles(folder, [])
  const present: [string, string][] = []
  const changes = Array.from({ length: 50 }, (_, index) => {
    present.push([`c${String(index).padStart(2, '0')}`, `10.88.0.${index + 2}`])
    return files.writeHosts(() => present)
  })
  await Promise.all(changes)
  expect(readFileSync(files.hosts, 'utf8').trim().split('\n')).toHaveLength(52)
})

test('a container by itself finds itself', async ({ folder }) => {
  const files = await openFiles(folder, [])
  const path = await files.makeIsolatedHosts('alone')
  expect(readFileSync(path, 'utf8')).toBe(`${loopback}127.0.0.1 alone\n`)
  await files.removeIsolatedHosts('alone')
  await files.removeIsolatedHosts('alone')
  expect(readdirSync(join(folder, 'isolated'))).toEqual([])
})

test('nameservers are written for whoever asks, in place as well', async ({ folder }) => {
  const first = await openFiles(folder, ['192.0.2.53', '192.0.2.54'])
  expect(await first.writeResolvConf()).toMatchObject({ nameservers: ['192.0.2.53', '192.0.2.54'], warnings: [] })
  const { ino } = statSync(first.resolvConf)
  const later = await openFiles(folder, ['192.0.2.1'])
  await later.writeResolvConf()
  expect(readFileSync(later.resolvConf, 'utf8')).toMatch(/^nameserver 192\.0\.2\.1\n(?!nameserver)/)
  expect(statSync(later.resolvConf).ino).toBe(ino)
})
