import { execFileSync, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readInside } from './read-inside.ts'

let folder = ''
let root = ''

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'aptorch-inside-'))
  root = join(folder, 'root')
  mkdirSync(join(root, 'etc', 'deep'), { recursive: true })
  writeFileSync(join(root, 'etc', 'passwd'), 'inside')
  mkdirSync(join(folder, 'host'))
  writeFileSync(join(folder, 'host', 'passwd'), 'outside')
})
afterEach(() => rmSync(folder, { recursive: true }))

test.for([
  ['a file', '/etc/passwd', 'inside'],
  ['through dots', '//etc/./deep/../passwd', 'inside'],
  ['above the root', '/../../../etc/passwd', 'inside'],
  ['nothing', '/etc/none', undefined],
  ['a folder', '/etc', undefined],
  ['through a file', '/etc/passwd/x', undefined],
] as const)('finds %s', async ([, path, text]) => {
  expect(await readInside(root, path, 100)).toBe(text)
})

test.for([
  ['an absolute link', '/etc/passwd', 'inside'],
  ['a relative one', '../etc/passwd', 'inside'],
  ['one that climbs', '../../../../../../etc/passwd', 'inside'],
  ['one to itself', '/etc/link', undefined],
  ['one to a device', '/dev/null', undefined],
] as const)('follows %s inside only', async ([, target, text]) => {
  symlinkSync(target, join(root, 'etc', 'link'))
  expect(await readInside(root, '/etc/link', 100)).toBe(text)
})

test('takes no more than it may, and waits for no pipe', async () => {
  expect(await readInside(root, '/etc/passwd', 3)).toBe('ins')
  execFileSync('mkfifo', [join(root, 'etc', 'pipe')])
  expect(await readInside(root, '/etc/pipe', 100)).toBeUndefined()
})

test('finds nothing outside while a folder is swapped for a link all the time', async () => {
  const [real, link] = [join(root, 'etc'), join(root, 'link')]
  symlinkSync(join(folder, 'host'), link)
  const swap = `while :; do mv -T '${real}' '${real}.x' && mv -T '${link}' '${real}' && mv -T '${real}' '${link}' && mv -T '${real}.x' '${real}'; done`
  const swapper = spawn('sh', ['-c', swap], { stdio: 'ignore' })
  try {
    const found = new Set<string | undefined>()
    for (let count = 0; count < 2000; count++) found.add(await readInside(root, '/etc/passwd', 100))
    expect(found).not.toContain('outside')
    expect(found).toContain('inside')
  } finally {
    swapper.kill('SIGKILL')
  }
})
