import { symlinkSync } from 'node:fs'
import { describe, expect } from 'vitest'
import { test } from './tree.fixture.ts'
import { createV2Driver } from './v2.ts'

describe('the driver of v2', () => {
  test('enables controllers on the way down', async ({ tree: { root, fill, read } }) => {
    fill({
      'cgroup.controllers': 'cpuset memory pids\n',
      'cgroup.subtree_control': 'memory\n',
      'home/cgroup.controllers': 'memory\n',
      'home/cgroup.subtree_control': '\n',
    })
    await createV2Driver({ base: root, own: root }, 'home').prepare()
    expect(read('cgroup.subtree_control')).toBe('+pids') // memory is on, and there is no cpu to be had
    expect(read('home/cgroup.subtree_control')).toBe('+memory')
    expect(read('aptorchd/cgroup.procs')).toBeUndefined() // the top may have processes
  })

  test('enables the one that only counts, or does without', async ({ tree: { root, fill, read } }) => {
    fill({ 'cgroup.controllers': 'io\n', 'home/cgroup.controllers': 'io memory\n' })
    symlinkSync('/proc/version', `${root}/cgroup.subtree_control`) // nobody can write that
    fill({ 'home/cgroup.subtree_control': 'memory\n' })
    const driver = createV2Driver({ base: root, own: root }, 'home')
    await driver.prepare()
    expect(read('home/cgroup.subtree_control')).toBe('+io')
    expect(await driver.settable()).not.toContain('io')
  })

  test('moves the daemon out of the way first', async ({ tree: { root, fill, read } }) => {
    fill({ 'cgroup.events': 'populated 1\n', 'aptorchd/cgroup.procs': '' })
    await createV2Driver({ base: root, own: `${root}/supervisor` }, 'home').prepare()
    expect(read('aptorchd/cgroup.procs')).toBe('')
    await createV2Driver({ base: root, own: root }, 'home').prepare()
    expect(read('aptorchd/cgroup.procs')).toBe(String(process.pid))
  })

  test.for([
    [1_000_000, '1000000', '0'],
    [null, 'max', 'max'],
  ] as const)('with memory of %s has swap of its own', async ([bytes, ram, swap], { tree: { root, fill } }) => {
    const { memory } = createV2Driver({ base: root, own: root }, 'home').knobs
    expect(await memory.writes(root, bytes)).toEqual([{ file: `${root}/memory.max`, value: ram }])
    fill({ 'memory.swap.max': 'max\n' })
    // Without swap first, or memory would be made to fit by swapping it out.
    expect(await memory.writes(root, bytes)).toEqual([
      { file: `${root}/memory.swap.max`, value: swap },
      { file: `${root}/memory.max`, value: ram },
    ])
  })

  test('does not limit memory to less than what is in use, for the kernel would kill', async ({
    tree: { root, fill },
  }) => {
    const { memory } = createV2Driver({ base: root, own: root }, 'home').knobs
    fill({ 'memory.current': '5000\n', 'memory.stat': 'anon 3000\ninactive_file 1500\nactive_file 400\nfile 1900\n' })
    await expect(memory.writes(root, 3099)).rejects.toThrow(
      'the container uses 3100 bytes, more than the 3099 asked for',
    )
    expect(await memory.writes(root, 3100)).toHaveLength(1) // the rest is cache, which the kernel drops
  })

  test('shares processor time out, and counts tasks', async () => {
    const { cpus, pids } = createV2Driver({ base: '/cg', own: '/cg' }, 'home').knobs
    expect(await cpus.writes('/c', 0.25)).toEqual([{ file: '/c/cpu.max', value: '25000 100000' }])
    expect(await cpus.writes('/c', null)).toEqual([{ file: '/c/cpu.max', value: 'max 100000' }])
    expect(await pids.writes('/c', 12)).toEqual([{ file: '/c/pids.max', value: '12' }])
    expect(await pids.writes('/c', null)).toEqual([{ file: '/c/pids.max', value: 'max' }])
  })

  test('says why a controller is missing', async ({ tree: { root, fill } }) => {
    const driver = createV2Driver({ base: root, own: root }, 'home')
    fill({ 'cgroup.controllers': 'memory\n' })
    expect(await driver.whyNot('memory')).toMatch(/this host's kernel has no memory\.max /)
    expect(await driver.whyNot('cpus')).toMatch(/this host's kernel has no cpu controller .*cgroup_enable=cpu/)
    fill({ 'cgroup.events': 'populated 1\n' })
    expect(await driver.whyNot('cpus')).toMatch(/is not given the cpu controller; add it to Delegate=/)
  })

  test('goes on without a controller that the kernel does not enable, and says why', async ({
    tree: { root, fill },
  }) => {
    fill({ 'cgroup.controllers': 'cpu memory\n', 'home/cgroup.controllers': '' })
    symlinkSync('/proc/version', `${root}/cgroup.subtree_control`) // nobody can write that
    const driver = createV2Driver({ base: root, own: root }, 'home')
    await driver.prepare()
    expect(await driver.whyNot('memory')).toMatch(/^the memory controller can't be enabled in .*: E[A-Z]+: /)
    expect(await driver.whyNot('pids')).toMatch(/has no pids controller/)
  })

  test('freezes, kills and counts', async ({ tree: { root, fill, read } }) => {
    const driver = createV2Driver({ base: root, own: root }, 'home')
    expect(await driver.setFrozen('c-a', true)).toBe(false)
    expect(await driver.isFrozen('c-a')).toBe(false)
    expect(await driver.killAll('c-a')).toBe(false)
    expect(await driver.oomKills('c-a')).toBe(0)
    fill({
      'home/c-a/cgroup.freeze': '0\n',
      'home/c-a/cgroup.kill': '',
      'home/c-a/cgroup.events': 'populated 1\nfrozen 0\n',
      'home/c-a/memory.events': 'max 9\noom 4\noom_kill 2\noom_group_kill 0\n',
    })
    expect(await driver.setFrozen('c-a', true)).toBe(true)
    expect(read('home/c-a/cgroup.freeze')).toBe('1')
    expect(await driver.isFrozen('c-a')).toBe(false) // asked for, not yet so
    fill({ 'home/c-a/cgroup.events': 'populated 1\nfrozen 1\n' })
    expect(await driver.isFrozen('c-a')).toBe(true)
    expect(await driver.killAll('c-a')).toBe(true)
    expect(read('home/c-a/cgroup.kill')).toBe('1')
    expect(await driver.oomKills('c-a')).toBe(2)
  })
})
