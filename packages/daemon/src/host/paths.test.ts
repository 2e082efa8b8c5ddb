import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test as base, describe, expect } from 'vitest'
import { isSamePath, isWithin, plainPath, whyDenied } from './paths.ts'

const test = base.extend('folder', ({ task }, { onCleanup }) => {
  const folder = mkdtempSync(join(tmpdir(), `paths-${task.id}-`))
  onCleanup(() => rmSync(folder, { recursive: true }))
  return folder
})

describe('paths', () => {
  test.for([
    ['/data', '/data'],
    ['/data/', '/data'],
    ['//data///x//', '/data/x'],
    ['/', '/'],
    ['//', '/'],
  ])('%s is plainly %s', ([path, plain]) => {
    expect(plainPath(path as string)).toBe(plain)
  })

  test.for([
    ['/a', '/a', true],
    ['/a/b', '/a', true],
    ['/ab', '/a', false],
    ['/', '/a', false],
    ['/a', '/', true],
  ] as const)('that %s lies in %s is %s', ([path, folder, within]) => {
    expect(isWithin(path, folder)).toBe(within)
  })

  test('are the same through a link', async ({ folder }) => {
    symlinkSync(folder, `${folder}/link`)
    expect(await isSamePath(`${folder}/link`, folder)).toBe(true)
    expect(await isSamePath(`${folder}//`, folder)).toBe(true)
    expect(await isSamePath(`${folder}/none`, folder)).toBe(false)
  })
})

describe('a path that a container must not get at', () => {
  test('is in the home, or holds it, or is the machine’s own', async ({ folder }) => {
    const home = join(folder, 'home')
    mkdirSync(home)
    for (const path of [
      home,
      join(home, 'orchestrator/token'),
      folder,
      '/',
      '/proc',
      '/proc/1',
      '/sys/fs',
      '/dev',
      '/run/x',
    ])
      expect(await whyDenied(path, home), path).toEqual(expect.stringMatching(/^a path /))
    for (const path of [`${home}2`, join(folder, 'beside'), '/srv', '/processes', '/home'])
      expect(await whyDenied(path, home), path).toBeUndefined()
  })
})
