import { execFileSync } from 'node:child_process'
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test as base, describe, expect } from 'vitest'
import { fileSystemPlaceOf, type HostPlace, openPlace } from './place.ts'

const test = base.extend('folder', ({ task }, { onCleanup }) => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), `place-${task.id}-`)))
  onCleanup(() => rmSync(folder, { recursive: true }))
  return folder
})

describe('a place of the host', () => {
  test('is a folder or a file, links followed', async ({ folder }) => {
    mkdirSync(join(folder, 'real'))
    writeFileSync(join(folder, 'real/file'), '')
    symlinkSync('real', join(folder, 'link'))
    symlinkSync('link/file', join(folder, 'to-file'))
    await using inner = await openPlace(join(folder, 'link'))
    await using file = await openPlace(join(folder, 'to-file'))
    expect(inner).toMatchObject({ path: join(folder, 'real'), kind: 'folder' })
    expect(file).toMatchObject({ path: join(folder, 'real/file'), kind: 'file' })
  })

  test('is nothing else, and what it is is found out without waiting for it', async ({ folder }) => {
    execFileSync('mkfifo', [join(folder, 'pipe')])
    expect(await openPlace(join(folder, 'pipe'))).toBeUndefined()
    expect(await openPlace('/dev/null')).toBeUndefined()
  })

  test('has to be there', async ({ folder }) => {
    writeFileSync(join(folder, 'file'), '')
    symlinkSync('loop', join(folder, 'loop'))
    await expect(openPlace(join(folder, 'none'))).rejects.toMatchObject({ code: 'ENOENT' })
    await expect(openPlace(join(folder, 'file/in'))).rejects.toMatchObject({ code: 'ENOTDIR' })
    await expect(openPlace(join(folder, 'loop'))).rejects.toMatchObject({ code: 'ELOOP' })
    const gone = openSync(join(folder, 'file'), 'r')
    rmSync(join(folder, 'file'))
    await expect(openPlace(`/proc/self/fd/${gone}`)).rejects.toMatchObject({ code: 'ENOENT' })
    closeSync(gone)
  })

  test('stays what was opened, whatever comes into its place', async ({ folder }) => {
    mkdirSync(join(folder, 'volume/inner'), { recursive: true })
    await using place = (await openPlace(join(folder, 'volume'))) as HostPlace
    renameSync(join(folder, 'volume'), join(folder, 'aside'))
    symlinkSync('/etc', join(folder, 'volume'))
    expect(readlinkSync(`/proc/self/fd/${place.fd}`)).toBe(join(folder, 'aside'))
    expect((await fileSystemPlaceOf(place)).root).toMatch(/\/aside$/)
  })

  test('lies in its file system where mountinfo has it', async ({ folder }) => {
    await using proc = (await openPlace('/proc')) as HostPlace
    await using sys = (await openPlace('/proc/sys/kernel')) as HostPlace
    const [, device] = readFileSync('/proc/self/mountinfo', 'utf8').match(/^\d+ \d+ (\S+) \/ \/proc /m) ?? []
    expect(await fileSystemPlaceOf(proc)).toEqual({ device, root: '/' })
    expect(await fileSystemPlaceOf(sys)).toEqual({ device, root: '/sys/kernel' })
    await using own = (await openPlace(folder)) as HostPlace
    const [root, target, majorMinor] = execFileSync(
      'findmnt',
      ['--noheadings', '--raw', '--output', 'FSROOT,TARGET,MAJ:MIN', '--target', folder],
      { encoding: 'utf8' },
    )
      .trim()
      .split(' ') as [string, string, string]
    expect(await fileSystemPlaceOf(own)).toEqual({
      device: majorMinor,
      root: join(root, folder.slice(target === '/' ? 0 : target.length)),
    })
  })
})
