import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test as base, describe, expect } from 'vitest'
import { EntryCheck } from './entries.ts'
import { parseListing } from './stat.ts'

const test = base.extend('parent', tmpdir).extend('folder', ({ parent }, { onCleanup }) => {
  const folder = mkdtempSync(join(parent, 'aptorch-entries-'))
  onCleanup(() => rmSync(folder, { recursive: true }))
  mkdirSync(join(folder, 'sub'))
  for (const name of ['file', 'sub/file', 'sparse']) writeFileSync(join(folder, name), name)
  truncateSync(join(folder, 'sparse'), 2 ** 19)
  symlinkSync('/etc', join(folder, 'link'))
  return folder
})

const tar = (folder: string, ...args: string[]): Buffer => execFileSync('tar', ['-C', folder, '-P', '-c', ...args])

/** Passes an archive by, in chunks of that size, to a folder that holds what find(1) prints so. */
const pass = async (archive: Buffer, listing: string, chunk = 4096) => {
  const check = new EntryCheck(parseListing(listing))
  try {
    for (let at = 0; at < archive.length; at += chunk) await check.take(archive.subarray(at, at + chunk))
  } finally {
    check.close()
  }
}

const all = ['file', 'sub', 'sparse', 'link']
const same = 'fffile\0ddsub\0ffsparse\0ldlink\0'

describe('an archive passes', () => {
  test.for([1, 511, 512, 513, 65_536])('in chunks of %i bytes', async (chunk, { folder }) => {
    await pass(tar(folder, '--format=posix', 'file', 'sub'), same, chunk)
  })

  test.for([['--format=posix', '-S'], ['--format=gnu'], ['--format=ustar'], ['--format=v7']])(
    'over what is of the same kind, in the form %j',
    async (format, { folder }) => {
      await pass(tar(folder, ...format, ...all), same)
    },
  )

  test('through a link to a folder', async ({ folder }) => {
    await pass(tar(folder, '--transform=s,^sub,link,', 'sub'), same)
  })
})

describe('an entry is refused', () => {
  test.for([
    ['a folder over a file', 'ffsub\0', ['sub'], '"sub/"'],
    ['something in a file', 'ffsub\0', ['sub/file'], '"sub/file"'],
    ['a folder over a link to a file', 'lfsub\0', ['sub'], '"sub/"'],
    ['a file over a folder', 'ddfile\0', ['file'], '"file"'],
    ['a link over a folder', 'ddlink\0', ['link'], '"link"'],
    ['a sparse file over a folder', 'ddsparse\0', ['--format=posix', '-S', 'sparse'], '"sparse"'],
    ['an absolute name', '', ['--transform=s,^,/,', 'file'], '"/file"'],
    ['a name that leads up', '', ['--transform=s,^,a/../../,', 'file'], '"a/../../file"'],
  ] as const)('%s', async ([, listing, args, name], { folder }) => {
    await expect(pass(tar(folder, ...args), listing)).rejects.toMatchObject({
      code: 'invalid_field',
      message: expect.stringContaining(name),
    })
  })

  test('with the chunk that it is in, before that is passed on', async ({ folder }) => {
    const archive = tar(folder, '--transform=s,^,/,', 'file')
    const check = new EntryCheck(new Map())
    await expect(check.take(archive.subarray(0, 512))).rejects.toThrow('"/file"')
    check.close()
  })
})
