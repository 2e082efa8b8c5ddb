import { readdirSync } from 'node:fs'
import { describe, expect } from 'vitest'
import { openCgroups } from './cgroups.ts'
import { homeCgroup } from './names.ts'
import { hostWith, mounted, test } from './tree.fixture.ts'

describe('a host', () => {
  test('without cgroups has none, and says so', async () => {
    expect(await openCgroups('/home', hostWith([]))).toEqual({ reason: expect.stringMatching(/mount -t cgroup2/) })
  })

  test('where none can be made has none, and nothing stays behind', async ({ tree: { root, fill } }) => {
    fill({ 'cgroup.procs': '', 'cgroup.controllers/': '' }) // a folder, which can't be read
    const opened = await openCgroups('/home', hostWith([mounted(root)]))
    expect(opened).toEqual({ reason: expect.stringMatching(/^no cgroup can be made on this host: EISDIR.*; start/) })
    expect(readdirSync(root).sort()).toEqual(['cgroup.controllers', 'cgroup.procs'])
  })

  test('that keeps its cgroups from the daemon has none', async ({ tree: { root, fill } }) => {
    fill({ 'cgroup.procs': '' })
    const opened = await openCgroups('/home', hostWith([mounted(root)], { isRoot: false }))
    expect(opened).toEqual({ reason: expect.stringMatching(/the daemon is not root, and .*; start it in a cgroup/) })
  })

  test('tells where they are, and what can’t be limited', async ({ tree: { root, fill } }) => {
    const home = homeCgroup('/home')
    fill({ 'cgroup.procs': '', [`${home}/cgroup.subtree_control`]: 'memory pids\n' })
    const opened = await openCgroups('/home', hostWith([mounted(root)]))
    expect('cgroups' in opened && opened.cgroups.description).toBe(
      `cgroups v2 at ${root}/${home}, which can't limit cpus`,
    )
    fill({ [`${home}/cgroup.subtree_control`]: 'cpu memory pids\n' })
    const whole = await openCgroups('/home', hostWith([mounted(root)]))
    expect('cgroups' in whole && whole.cgroups.description).toBe(`cgroups v2 at ${root}/${home}`)
  })

  test('has cgroups of each home apart', () => {
    expect(homeCgroup('/opt/apptainer_container')).toMatch(/^aptorch-[0-9a-f]{6}$/)
    expect(homeCgroup('/opt/apptainer_container')).not.toBe(homeCgroup('/opt/other'))
  })
})
