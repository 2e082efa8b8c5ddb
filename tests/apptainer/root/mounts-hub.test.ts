import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect } from 'vitest'
import { removeTree } from '../../../packages/daemon/src/host/folders.ts'
import { createVolumeHub } from '../../../packages/daemon/src/host/mounts/hub.ts'
import { type Mount, mountAt, readMounts } from '../../../packages/daemon/src/host/mounts/mountinfo.ts'
import { mountedIn, mountMemory, openAt, test } from './handmade.ts'

const at = async (point: string) => mountAt(await readMounts(), point) as Mount

describe('the hub', () => {
  test('leaves the mounts of the host as they were', async ({ hub, volume, folder }) => {
    await using place = await openAt(volume)
    const staged = await hub.stage('c', place, false)
    expect(readdirSync(staged.path)).toEqual(['sub'])
    expect(readdirSync(join(folder, 'staging'))).toEqual([])
    await staged.remove()
    await staged.remove() // already gone
    expect(existsSync(staged.path)).toBe(false)
    await hub.close()
    await hub.close()
    expect(await mountedIn(folder)).toEqual([])
    expect(existsSync(join(volume, 'sub'))).toBe(true)
  })

  test('keeps the mount that containers hang on, and whatever else is around it has its own', async ({
    hub,
    run,
    folder,
  }) => {
    const before = await at(run)
    expect(before.propagation).toMatch(/^shared:\d+$/)
    await hub.open()
    expect(await at(run)).toEqual(before)

    const around = join(folder, 'around')
    mountMemory(around)
    execFileSync('mount', ['--make-shared', around])
    for (const name of ['run', 'staging']) mkdirSync(join(around, name))
    execFileSync('mount', ['--bind', join(around, 'run'), join(around, 'run')]) // a daemon that died just after this
    await createVolumeHub({ run: join(around, 'run'), staging: join(around, 'staging') }).open()
    const { propagation } = await at(join(around, 'run'))
    expect(propagation).toMatch(/^shared:\d+$/)
    expect(propagation).not.toBe((await at(around)).propagation)
    expect((await at(join(around, 'staging'))).propagation).toBe('')
  })

  test('restricts a volume with all that is mounted in it, and takes no restriction away', async ({ hub, volume }) => {
    mountMemory(join(volume, 'sub'), 'noexec,mode=777')
    mountMemory(join(volume, 'sub/read only'), 'ro')
    await using place = await openAt(volume)
    for (const readOnly of [true, false]) {
      const { path, remove } = await hub.stage('c', place, readOnly)
      const [top, sub, inner] = await Promise.all(['', '/sub', '/sub/read only'].map((below) => at(`${path}${below}`)))
      const write = readOnly ? 'ro' : 'rw'
      expect(top?.options).toBe(`${write},nosuid,nodev,relatime`)
      expect(sub?.options).toBe(`${write},nosuid,nodev,noexec,relatime`)
      expect(inner?.options).toBe('ro,nosuid,nodev,relatime')
      await remove()
    }
    expect((await at(join(volume, 'sub'))).options).toBe('rw,noexec,relatime')
  })

  test('gives a volume nothing that the host mounts in it later, unrestricted', async ({ hub, volume }) => {
    mountMemory(volume)
    execFileSync('mount', ['--make-shared', volume])
    mkdirSync(join(volume, 'later'))
    await using place = await openAt(volume)
    const { path } = await hub.stage('c', place, true)
    mountMemory(join(volume, 'later'))
    expect(await at(join(path, 'later'))).toBeUndefined()
  })

  test('binds what was opened, not what has come into its place', async ({ hub, volume, folder }) => {
    for (const [name, kind] of [
      ['volume', 'folder'],
      ['file', 'file'],
    ] as const) {
      const path = join(folder, name)
      if (kind === 'file') writeFileSync(path, 'the right one')
      await using place = await openAt(path)
      renameSync(path, `${path}-aside`)
      symlinkSync('/etc', path)
      const staged = await hub.stage('c', place, false)
      if (kind === 'file') expect(readFileSync(staged.path, 'utf8')).toBe('the right one')
      else expect(readdirSync(staged.path)).toEqual(['sub'])
      await staged.remove()
    }
    expect(existsSync(`${volume}-aside/sub`)).toBe(true)
  })

  test('refuses a folder that holds a file system of the kernel', async ({ hub, volume, folder, run }) => {
    execFileSync('mount', ['-t', 'proc', 'proc', join(volume, 'sub')])
    await using place = await openAt(volume)
    const before = await mountedIn(folder)
    await expect(hub.stage('c', place, true)).rejects.toThrow(`${volume}/sub is the kernel's own (proc)`)
    expect(await mountedIn(folder)).toEqual(before)
    expect(readdirSync(join(run, 'c/volumes'))).toEqual([])
    expect(readdirSync(join(folder, 'staging'))).toEqual([])
  })

  test('mounts nothing in a folder that a container could have changed', async ({ hub, volume, folder, run }) => {
    await using place = await openAt(volume)
    const before = await mountedIn(folder)
    const elsewhere = join(folder, 'elsewhere')
    mkdirSync(elsewhere)
    symlinkSync(elsewhere, join(run, 'c/volumes'))
    await expect(hub.stage('c', place, false)).rejects.toThrow(/volumes is not a folder/)
    rmSync(join(run, 'c/volumes'))
    chmodSync(join(run, 'c'), 0o775)
    await expect(hub.stage('c', place, false)).rejects.toThrow(/can be written by others/)
    expect(await mountedIn(folder)).toEqual(before)
    expect(readdirSync(elsewhere)).toEqual([])
  })

  test('clears what a daemon that died has left, and nothing else', async ({ hub, volume, folder, run }) => {
    mountMemory(join(volume, 'sub'))
    writeFileSync(join(volume, 'sub/kept'), '')
    await using place = await openAt(volume)
    const left = await hub.stage('c', place, false)
    const half = join(folder, 'staging', '0123456789abcdef')
    mkdirSync(half)
    execFileSync('mount', ['--rbind', volume, half])
    const others = [join(run, 'c/other'), join(run, 'c/volumes/other')]
    for (const point of others) mountMemory(point)

    const next = createVolumeHub({ run, staging: join(folder, 'staging') })
    await next.open()
    await next.clear()
    expect(await mountedIn(run)).toEqual(others)
    expect(existsSync(left.path) || existsSync(half)).toBe(false)
    expect(existsSync(join(volume, 'sub/kept'))).toBe(true)
  })
})

describe('a folder with something mounted in it', () => {
  const left = [
    ['in it', 'data/deep/bound', 'data'],
    ['on it', 'data', 'data'],
    ['in it, reached through a link', 'data/bound', 'link/data'],
  ] as const
  test.for(left)('%s, is not removed', async ([, point, path], { folder, volume }) => {
    writeFileSync(join(volume, 'kept'), '')
    mkdirSync(join(folder, point), { recursive: true })
    writeFileSync(join(folder, 'data/beside'), '')
    symlinkSync(folder, join(folder, 'link'))
    execFileSync('mount', ['--bind', volume, join(folder, point)])
    await expect(removeTree(join(folder, path))).rejects.toThrow(`mounted at ${join(folder, point)}`)
    execFileSync('umount', [join(folder, point)])
    expect(readdirSync(volume)).toEqual(['kept', 'sub'])
    expect(existsSync(join(folder, 'data/beside'))).toBe(true) // not even begun
    await removeTree(join(folder, path))
    await removeTree(join(folder, path, 'in/what/is/gone'))
    expect(existsSync(join(folder, 'data'))).toBe(false)
  })
})
