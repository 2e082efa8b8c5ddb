import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { test as base, describe, expect } from 'vitest'
import { type PackOrder, pack } from './pack.ts'

const test = base.extend('parent', tmpdir).extend('folder', ({ parent }, { onCleanup }) => {
  const folder = mkdtempSync(join(parent, 'aptorch-pack-'))
  onCleanup(() => rmSync(folder, { recursive: true }))
  return folder
})

const world = { env: { PATH: process.env.PATH }, signal: new AbortController().signal }

/** What tar(1) lists of what was packed, by name: the owner and where a link leads. */
const packed = async (order: Pick<PackOrder, 'path' | 'isFolder' | 'name'> & Partial<PackOrder>) => {
  const archive = await buffer(pack({ keepOwners: false, follow: false, ...order }, world))
  const lines = execFileSync('tar', ['-tv', '--numeric-owner', '-f', '-'], { input: archive, encoding: 'utf8' })
  return lines
    .trim()
    .split('\n')
    .map((line) => line.replace(/^\S+ (\S+) +\d+ \S+ \S+ /, '$1 '))
    .sort()
}

describe('a path of this machine', () => {
  test('is packed under the name that it gets', async ({ folder }) => {
    writeFileSync(join(folder, 'a.b'), 'x')
    expect(await packed({ path: join(folder, 'a.b'), isFolder: false, name: 'a.b' })).toEqual(['0/0 a.b'])
    expect(await packed({ path: join(folder, 'a.b'), isFolder: false, name: 'n&w\\/' })).toEqual(['0/0 n&w\\\\/'])
  })

  test('is packed as a folder with all that is in it, or by that alone', async ({ folder }) => {
    mkdirSync(join(folder, 'src'))
    writeFileSync(join(folder, 'src', 'back\\tslash'), 'x')
    symlinkSync('./elsewhere', join(folder, 'src', 'link'))
    const path = join(folder, 'src')
    const inside = (root: string) => [`0/0 ${root}/`, `0/0 ${root}/back\\\\tslash`, `0/0 ${root}/link -> ./elsewhere`]
    expect(await packed({ path, isFolder: true, name: 'new' })).toEqual(inside('new'))
    expect(await packed({ path, isFolder: true, name: null })).toEqual(inside('.'))
  })

  test('keeps its owner only when that is asked for', async ({ folder }) => {
    writeFileSync(join(folder, 'file'), 'x')
    const own = `${process.getuid?.()}/${process.getgid?.()}`
    const order = { path: join(folder, 'file'), isFolder: false, name: 'file', keepOwners: true }
    expect(await packed(order)).toEqual([`${own} file`])
  })

  test('is packed as a link, or as what that leads to', async ({ folder }) => {
    writeFileSync(join(folder, 'file'), 'x')
    symlinkSync('file', join(folder, 'link'))
    const order = { path: join(folder, 'link'), isFolder: false, name: 'link' }
    expect(await packed(order)).toEqual(['0/0 link -> file'])
    expect(await packed({ ...order, follow: true })).toEqual(['0/0 link'])
  })

  test('that is not there fails the stream', async ({ folder }) => {
    await expect(packed({ path: join(folder, 'none'), isFolder: false, name: 'none' })).rejects.toThrow('none')
  })
})
