import { execFileSync } from 'node:child_process'
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { test as base, describe, expect } from 'vitest'
import { type UnpackOrder, unpack } from './unpack.ts'

const test = base
  .extend('parent', tmpdir)
  .extend('folder', ({ parent }, { onCleanup }) => {
    const folder = mkdtempSync(join(parent, 'aptorch-unpack-'))
    for (const name of ['source', 'target', 'outside']) mkdirSync(join(folder, name))
    onCleanup(() => rmSync(folder, { recursive: true }))
    return folder
  })
  .extend('source', ({ folder }) => join(folder, 'source'))
  .extend('target', ({ folder }) => join(folder, 'target'))
  .extend('outside', ({ folder }) => join(folder, 'outside'))

const world = { env: { PATH: process.env.PATH }, signal: new AbortController().signal, uid: process.getuid?.() }

const tar = (source: string, ...args: string[]): Buffer => execFileSync('tar', ['-C', source, '-P', '-c', ...args])

const unpackAll = (archive: Buffer, order: UnpackOrder) => unpack(Readable.from([archive]), order, world)

describe('an archive', () => {
  test('becomes a file under its new name, in the place of an old one', async ({ source, target }) => {
    writeFileSync(join(source, 'a'), 'new')
    writeFileSync(join(target, 'b'), 'old')
    await unpackAll(tar(source, 'a'), { folder: target, root: 'a', name: 'b' })
    expect(readFileSync(join(target, 'b'), 'utf8')).toBe('new')
    expect(readdirSync(target)).toEqual(['b'])
  })

  test('becomes a part of a folder that is there, which stays as it is', async ({ source, target }) => {
    mkdirSync(join(source, 'x/sub'), { recursive: true, mode: 0o777 })
    writeFileSync(join(source, 'x/sub/new'), '')
    mkdirSync(join(target, 'x/sub'), { recursive: true })
    execFileSync('chmod', ['700', join(target, 'x')])
    writeFileSync(join(target, 'x/sub/old'), '')
    await unpackAll(tar(source, 'x'), { folder: target, root: 'x', name: 'x' })
    expect(readdirSync(join(target, 'x/sub')).sort()).toEqual(['new', 'old'])
    expect(lstatSync(join(target, 'x')).mode & 0o777).toBe(0o700)
  })

  test('of what is in a folder goes straight into another one, or becomes a new one', async ({ source, target }) => {
    writeFileSync(join(source, 'a'), '')
    await unpackAll(tar(source, '.'), { folder: target, root: null, name: null })
    await unpackAll(tar(source, '.'), { folder: target, root: null, name: 'new' })
    expect(readdirSync(target).sort()).toEqual(['a', 'new'])
    expect(readdirSync(join(target, 'new'))).toEqual(['a'])
  })

  test('leaves no set-user-id bit', async ({ source, target }) => {
    writeFileSync(join(source, 'a'), '')
    execFileSync('chmod', ['6755', join(source, 'a')])
    await unpackAll(tar(source, 'a'), { folder: target, root: 'a', name: 'a' })
    expect(lstatSync(join(target, 'a')).mode & 0o7777).toBe(0o755)
  })

  test.for([
    ['a file', 'a folder', (path: string) => writeFileSync(path, ''), (path: string) => mkdirSync(path)],
    ['a folder', 'a file', (path: string) => mkdirSync(path), (path: string) => writeFileSync(path, 'kept')],
  ] as const)('puts not %s in the place of %s', async ([, , makeNew, makeOld], { source, target }) => {
    makeNew(join(source, 'a'))
    makeOld(join(target, 'a'))
    const before = lstatSync(join(target, 'a')).ino
    const done = unpackAll(tar(source, 'a'), { folder: target, root: 'a', name: 'a' })
    await expect(done).rejects.toThrow('is not replaced')
    expect(lstatSync(join(target, 'a')).ino).toBe(before)
    expect(readdirSync(target)).toEqual(['a'])
  })
})

describe('an archive that a hostile container made', () => {
  test('brings nothing but its root entry', async ({ source, target }) => {
    for (const name of ['a', '.bashrc']) writeFileSync(join(source, name), '')
    await unpackAll(tar(source, 'a', '.bashrc'), { folder: target, root: 'a', name: 'a' })
    expect(readdirSync(target)).toEqual(['a'])
  })

  test('writes through no link of its own', async ({ source, target, outside }) => {
    mkdirSync(join(source, 'x'))
    symlinkSync(outside, join(source, 'x/link'))
    const link = tar(source, 'x').subarray(0, 1024) // without the end
    rmSync(join(source, 'x/link'))
    mkdirSync(join(source, 'x/link'))
    writeFileSync(join(source, 'x/link/evil'), '')
    const evil = tar(source, 'x/link/evil')
    const done = unpackAll(Buffer.concat([link, evil]), { folder: target, root: 'x', name: 'x' })
    await expect(done).rejects.toThrow('x/link/evil')
    expect(readdirSync(outside)).toEqual([])
  })

  test('writes through no link that an earlier copy brought', async ({ source, target, outside }) => {
    mkdirSync(join(source, 'x/link'), { recursive: true })
    writeFileSync(join(source, 'x/link/evil'), '')
    writeFileSync(join(source, 'x/file'), 'evil')
    mkdirSync(join(target, 'x'))
    symlinkSync(outside, join(target, 'x/link'))
    writeFileSync(join(outside, 'file'), 'kept')
    symlinkSync(join(outside, 'file'), join(target, 'x/file'))
    const order = { folder: target, root: 'x', name: 'x' }
    await expect(unpackAll(tar(source, 'x'), order)).rejects.toThrow('is not replaced')
    await unpackAll(tar(source, 'x/file'), order)
    expect(readdirSync(outside)).toEqual(['file'])
    expect(readFileSync(join(outside, 'file'), 'utf8')).toBe('kept')
    expect(readFileSync(join(target, 'x/file'), 'utf8')).toBe('evil')
  })

  test.for(['../evil', '/evil'])('leads nowhere by an entry that is called %s', async (name, { source, target }) => {
    writeFileSync(join(source, 'a'), '')
    const archive = tar(source, `--transform=s,^a,${name},`, 'a')
    const done = unpackAll(archive, { folder: target, root: null, name: 'x' })
    await done.catch((error: Error) => expect(error.message).toContain('evil'))
    expect(readdirSync(join(target, '..')).sort()).toEqual(['outside', 'source', 'target'])
    expect(readdirSync(target).filter((entry) => entry !== 'x')).toEqual([])
  })

  test('that breaks off leaves nothing', async ({ source, target }) => {
    writeFileSync(join(source, 'a'), Buffer.alloc(100_000))
    const archive = tar(source, 'a').subarray(0, 50_000)
    await expect(unpackAll(archive, { folder: target, root: 'a', name: 'a' })).rejects.toThrow('Unexpected EOF')
    const broken = Readable.from(
      (function* () {
        yield archive
        throw new Error('connection lost')
      })(),
    )
    await expect(unpack(broken, { folder: target, root: 'a', name: 'a' }, world)).rejects.toThrow('connection lost')
    expect(readdirSync(target)).toEqual([])
  })
})
