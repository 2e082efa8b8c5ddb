import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, utimesSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { test as base, describe, expect } from 'vitest'
import { type GuestTool, openGuestTools } from './guest-tools.ts'

const test = base
  .extend('parent', tmpdir)
  .extend('folder', ({ parent }, { onCleanup }) => {
    const folder = mkdtempSync(join(parent, 'aptorch-tools-'))
    onCleanup(() => rmSync(folder, { recursive: true }))
    return folder
  })
  .extend('tools', ({ folder }) => join(folder, 'tools'))
  .extend('host', ({ folder }) => {
    const host = join(folder, 'host') // a host that has only tar
    mkdirSync(host)
    copyFileSync('/usr/bin/tar', join(host, 'tar'))
    return host
  })

/** Runs a tool as a container would, but for where its folder is. */
const run = (folder: string, [file = '', ...args]: readonly string[], environment = {}) => {
  const here = (text: string) => text.replace('/.aptorch/tools', folder)
  return execFileSync(here(file), args.map(here), { encoding: 'utf8', env: environment })
}

describe('the guest tools', () => {
  test.for([
    ['tar', 'GNU tar'],
    ['find', 'GNU findutils'],
    ['setsid', 'util-linux'],
    ['setpriv', 'util-linux'],
  ] as const)('run by their own loader and libraries: %s', async ([name, says], { tools }) => {
    const { folder, command } = await openGuestTools(tools)
    expect(run(folder, command(name, '--version'))).toContain(says)
    const libraries = run(folder, command(name, '--version'), { LD_TRACE_LOADED_OBJECTS: '1' })
    expect(libraries).toContain(`libc.so.6 => ${folder}/libc.so.6`)
    const elsewhere = libraries.split('\n').filter((line) => line.includes(' => ') && !line.includes(` => ${folder}/`))
    expect(elsewhere).toEqual([])
  })

  test('leave what they start no variable of theirs', async ({ tools }) => {
    const { folder, command } = await openGuestTools(tools)
    expect(run(folder, command('setsid', '/usr/bin/env'), { A: '1' })).toBe('A=1\n')
  })

  test('can be run by any user and changed by none but the daemon', async ({ tools }) => {
    const { folder } = await openGuestTools(tools)
    for (const path of [tools, folder, ...readdirSync(folder).map((name) => join(folder, name))]) {
      expect(statSync(path).mode & 0o777).toBe(0o755)
      expect(statSync(path).uid).toBe(process.getuid?.())
    }
  })

  test('name what is to be installed on a host that lacks one', async ({ tools, host }) => {
    const { command } = await openGuestTools(tools, host)
    expect(command('tar')).toContain('/.aptorch/tools/tar')
    const missing: [GuestTool, string][] = [
      ['setsid', 'util-linux'],
      ['find', 'findutils'],
    ]
    for (const [name, bringer] of missing) expect(() => command(name)).toThrow(bringer)
  })

  test('are those that are there until the host has others', async ({ tools, host }) => {
    const before = await openGuestTools(tools, host)
    const made = statSync(join(before.folder, 'tar')).ino
    const again = await openGuestTools(tools, host)
    expect([again.folder, statSync(join(again.folder, 'tar')).ino]).toEqual([before.folder, made])
    utimesSync(join(host, 'tar'), 1, 1)
    const after = await openGuestTools(tools, host)
    expect(after.folder).not.toBe(before.folder)
    expect(readdirSync(tools)).toEqual([basename(after.folder)])
  })

  test('stay for as long as a process has to do with them', async ({ tools, host }) => {
    const before = await openGuestTools(tools, host)
    const user = spawn('sh', ['-c', 'read line', 'sh', before.folder], { stdio: ['pipe', 'ignore', 'ignore'] })
    await once(user, 'spawn')
    utimesSync(join(host, 'tar'), 1, 1)
    const after = await openGuestTools(tools, host)
    expect(readdirSync(tools).sort()).toEqual([basename(before.folder), basename(after.folder)].sort())
    user.stdin?.end()
    await once(user, 'exit')
    await openGuestTools(tools, host)
    expect(readdirSync(tools)).toEqual([basename(after.folder)])
  })

  test('that were not copied whole are copied again', async ({ tools, host }) => {
    mkdirSync(join(tools, 'making', 'tar'), { recursive: true })
    const { folder, command } = await openGuestTools(tools, host)
    expect(run(folder, command('tar', '--version'))).toContain('GNU tar')
  })
})
