import { execFileSync } from 'node:child_process'
import {
  chownSync,
  closeSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect } from 'vitest'
import { giveTo } from '../../../packages/daemon/src/host/mounts/give.ts'
import { containerAccount } from '../../harness.ts'
import { mountMemory, openAt, test } from './handmade.ts'

const give = async (path: string) => {
  await using place = await openAt(path)
  await giveTo(place, containerAccount)
}

const ownerOf = (path: string) => lstatSync(path).uid

/** Makes a file of root's. */
const touch = (path: string) => closeSync(openSync(path, 'w'))

const subordinate = Number(
  readFileSync('/etc/subuid', 'utf8')
    .split('\n')
    .find((line) => line.startsWith(`${containerAccount.name}:`))
    ?.split(':')[1],
)

describe('a folder given to the container account', () => {
  test('is given with what is in it, but for what its containers own already', async ({ folder }) => {
    const given = join(folder, 'given')
    mkdirSync(join(given, 'deep/er'), { recursive: true })
    for (const name of ['file', 'deep/er/-rf {} "file"', 'first', 'last', 'beyond']) touch(join(given, name))
    symlinkSync(join(folder, 'outside'), join(given, 'link'))
    touch(join(folder, 'outside'))
    chownSync(join(given, 'first'), subordinate, 0)
    chownSync(join(given, 'last'), subordinate + 65535, 0)
    chownSync(join(given, 'beyond'), subordinate + 65536, 0)
    await give(given)
    const { uid, gid } = containerAccount
    for (const name of ['', 'deep', 'deep/er', 'file', 'deep/er/-rf {} "file"', 'link', 'beyond'])
      expect(lstatSync(join(given, name)), name).toMatchObject({ uid, gid })
    expect(ownerOf(join(given, 'first'))).toBe(subordinate)
    expect(ownerOf(join(given, 'last'))).toBe(subordinate + 65535)
    expect(ownerOf(join(folder, 'outside'))).toBe(0)
  })

  test('leaves what could be elsewhere too, and what is no file', async ({ folder, volume }) => {
    touch(join(folder, 'secret'))
    linkSync(join(folder, 'secret'), join(volume, 'sub/link'))
    execFileSync('mknod', [join(volume, 'device'), 'b', '7', '0'])
    execFileSync('mkfifo', [join(volume, 'pipe')])
    chownSync(join(volume, 'sub'), 0, 0)
    await give(volume)
    expect(ownerOf(join(volume, 'sub'))).toBe(containerAccount.uid)
    expect(ownerOf(join(folder, 'secret'))).toBe(0)
    expect(ownerOf(join(volume, 'device'))).toBe(0)
    expect(ownerOf(join(volume, 'pipe'))).toBe(0)
  })

  test('is the one that was opened', async ({ folder }) => {
    for (const name of ['given', 'other']) mkdirSync(join(folder, name))
    touch(join(folder, 'other/file'))
    await using place = await openAt(join(folder, 'given'))
    renameSync(join(folder, 'given'), join(folder, 'aside'))
    symlinkSync(join(folder, 'other'), join(folder, 'given'))
    await giveTo(place, containerAccount)
    expect(ownerOf(join(folder, 'aside'))).toBe(containerAccount.uid)
    expect(ownerOf(join(folder, 'other'))).toBe(0)
    expect(ownerOf(join(folder, 'other/file'))).toBe(0)
  })

  test('is not given while anything is mounted in it, one of the same file system too', async ({ folder, volume }) => {
    const elsewhere = join(folder, 'elsewhere')
    mkdirSync(elsewhere)
    touch(join(volume, 'file'))
    execFileSync('mount', ['--bind', elsewhere, join(volume, 'sub')])
    await expect(give(volume)).rejects.toThrow(`something is mounted in it, at ${join(volume, 'sub')}`)
    expect(ownerOf(join(volume, 'file'))).toBe(0)
    expect(ownerOf(elsewhere)).toBe(0)
    mountMemory(join(folder, 'disk'))
    await give(join(folder, 'disk')) // itself may be a mount
    expect(ownerOf(join(folder, 'disk'))).toBe(containerAccount.uid)
  })

  const hosts = ['/', '/etc', '/etc/passwd', '/usr', '/usr/bin', '/var/lib', '/home', '/tmp', '/root']
  test.for(hosts)('is never %s', async (path) => {
    const before = ownerOf(path)
    await expect(give(path)).rejects.toThrow("is the host's own")
    expect(ownerOf(path)).toBe(before)
  })
})

describe('a file given to the container account', () => {
  test('is given, unless it has other names', async ({ folder }) => {
    writeFileSync(join(folder, 'file'), '')
    writeFileSync(join(folder, 'linked'), '')
    linkSync(join(folder, 'linked'), join(folder, 'link'))
    await give(join(folder, 'file'))
    await expect(give(join(folder, 'link'))).rejects.toThrow(/other names/)
    expect(ownerOf(join(folder, 'file'))).toBe(containerAccount.uid)
    expect(ownerOf(join(folder, 'linked'))).toBe(0)
  })
})
