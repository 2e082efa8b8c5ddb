import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test as base, expect } from 'vitest'
import { entries, textsIn } from './log-file.fixture.ts'
import { LogFile } from './log-file.ts'

const test = base.extend('disk', ({ task }, { onCleanup }) => {
  const folder = mkdtempSync(join(tmpdir(), `disk-${task.id}-`))
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'none', folder])
  onCleanup(() => {
    execFileSync('umount', ['--lazy', folder]) // a test that fails leaves files open
    rmdirSync(folder)
  })
  return folder
})

test('a full disk costs the entries that do not fit, whole ones only, and is spoken of afterwards', ({ disk }) => {
  writeFileSync(join(disk, 'other'), Buffer.alloc(128 * 1024))
  const file = new LogFile(disk, { maxSize: 10_000_000, maxFiles: 2 })
  const texts = Array.from({ length: 1500 }, (_, index) => `${index} ${'x'.repeat(100)}`)
  for (let at = 0; at < texts.length; at += 300) file.append(entries(...texts.slice(at, at + 300)))
  const fit = textsIn(disk, 'log')
  expect(fit).toEqual(texts.slice(0, fit.length))
  expect(fit.length).toBeGreaterThan(600)
  expect(fit.length).toBeLessThan(texts.length)

  file.append(entries('x'.repeat(10_000)))
  rmSync(join(disk, 'other'))
  file.append(entries('next'))
  file.close()
  const lost = texts.length - fit.length + 1
  expect(textsIn(disk, 'log')).toEqual([...fit, `!aptorch: lines lost here: ${lost}, not written: ENOSPC`, 'next'])
})
