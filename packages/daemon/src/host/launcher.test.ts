import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ownAccount } from './account.ts'
import { confinedCommand } from './launcher.ts'

const account = { ...ownAccount(), name: 'whoever' }

test('a process is noted in each of its cgroups before it is what was asked for, as the same process', () => {
  const folder = mkdtempSync(join(tmpdir(), 'launcher-'))
  try {
    const cgroup = [join(folder, 'a b'), join(folder, '$(c)')]
    const [file = '', ...args] = confinedCommand(account, { cgroup, namespace: null }, [
      'sh',
      '-c',
      'echo $$ "$1"',
      'sh',
      '-- x',
    ])
    const { stdout } = spawnSync(file, args, { encoding: 'utf8' })
    const [, pid] = stdout.match(/^(\d+) -- x\n$/) ?? []
    expect(pid).toBeDefined()
    expect(cgroup.map((path) => readFileSync(path, 'utf8'))).toEqual([`${pid}\n`, `${pid}\n`])
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('nothing is started that could not enter its cgroup', () => {
  const cgroup = ['/proc/there/is/none']
  const [file = '', ...args] = confinedCommand(account, { cgroup, namespace: null }, ['echo', 'ran'])
  const { status, stdout } = spawnSync(file, args, { encoding: 'utf8' })
  expect({ status, stdout }).toEqual({ status: 125, stdout: '' })
})

test('the network is entered, and the account’s ids are taken on', () => {
  const command = confinedCommand(account, { cgroup: [], namespace: '/run/netns/x' }, ['apptainer'])
  expect(command.slice(0, 2)).toEqual(['nsenter', '--net=/run/netns/x'])
  expect(command).toEqual(expect.arrayContaining([`--setuid=${account.uid}`, `--setgid=${account.gid}`]))
  expect(command.at(-1)).toBe('apptainer')
})
