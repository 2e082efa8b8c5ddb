import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test as base, describe, expect } from 'vitest'
import { isSamePath, isWithin, type PlaceRules, plainPath, resolveAbove, whyDenied } from './paths.ts'

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

  test('is what the configuration denies, or holds, and all that it does not allow', async ({ folder }) => {
    const home = join(folder, 'home')
    for (const name of ['home', 'open/inner', 'open/secret', 'openly', 'beside'])
      mkdirSync(join(folder, name), { recursive: true })
    symlinkSync(join(folder, 'open'), join(folder, 'link'))
    const why = (name: string, rules: PlaceRules) => whyDenied(join(folder, name), home, rules)
    const denied = { allowed: [], denied: [join(folder, 'link/secret/'), '/not/there'] }
    expect(await why('open/secret', denied)).toBe(`a path outside ${join(folder, 'open/secret')}`)
    expect(await why('open/secret/in/it', denied)).toBe(`a path outside ${join(folder, 'open/secret')}`)
    expect(await why('open', denied)).toBe(`a path that does not hold ${join(folder, 'open/secret')}`)
    expect(await why('open/secretly', denied)).toBeUndefined()
    expect(await why('open/inner', denied)).toBeUndefined()
    expect(await whyDenied('/not/there/either', home, denied)).toBe('a path outside /not/there')

    const allowed = { ...denied, allowed: [join(folder, 'link'), join(folder, 'beside')] }
    expect(await why('open/inner', allowed)).toBeUndefined()
    expect(await why('beside', allowed)).toBeUndefined()
    expect(await why('openly', allowed)).toBe(`a path in ${join(folder, 'open')} or ${join(folder, 'beside')}`)
    expect(await why('open/secret', allowed)).toMatch(/outside/) // what is denied in what is allowed
    expect(await why('home', { allowed: ['/'], denied: [] })).toMatch(/^a path outside the orchestrator/)
  })
})

test('the links above a path are resolved, not the one at its end', async ({ folder }) => {
  mkdirSync(join(folder, 'real'))
  symlinkSync('real', join(folder, 'link'))
  symlinkSync('/etc', join(folder, 'real/end'))
  expect(await resolveAbove(join(folder, 'link/end'))).toBe(join(realpathSync(folder), 'real/end'))
  await expect(resolveAbove(join(folder, 'none/end'))).rejects.toMatchObject({ code: 'ENOENT' })
  expect(await resolveAbove('/')).toBe('/')
})
