import { describe, expect } from 'vitest'
import { test } from './tree.fixture.ts'
import { createV1Driver, withoutRefused } from './v1.ts'

const none = '9223372036854771712' // how the kernel shows memory without a limit

describe('the driver of v1', () => {
  test.for([
    ['sets a first limit', none, 1_000_000, ['limit', 'memsw']],
    ['lowers', '2000000', 1_000_000, ['limit', 'memsw']],
    ['raises', '1000000', 2_000_000, ['memsw', 'limit']],
    ['lifts', '1000000', null, ['memsw', 'limit']],
  ] as const)(
    '%s memory so that it never is more than memory with swap',
    async ([, former, bytes, order], { tree }) => {
      const { root, fill } = tree
      fill({ 'memory.memsw.limit_in_bytes': `${former}\n` })
      const value = bytes === null ? '-1' : String(bytes)
      const writes = {
        limit: { file: `${root}/memory.limit_in_bytes`, value, usage: `${root}/memory.usage_in_bytes` },
        memsw: { file: `${root}/memory.memsw.limit_in_bytes`, value, usage: `${root}/memory.memsw.usage_in_bytes` },
      }
      const { memory } = createV1Driver({ memory: root }, 'home').knobs
      expect(await memory.writes(root, bytes)).toEqual(order.map((name) => writes[name]))
    },
  )

  test('leaves swap alone where it is not counted', async ({ tree: { root } }) => {
    const { memory } = createV1Driver({ memory: root }, 'home').knobs
    expect((await memory.writes(root, 5)).map(({ file }) => file)).toEqual([`${root}/memory.limit_in_bytes`])
  })

  test('shares processor time out over its own period', async () => {
    const { cpus } = createV1Driver({}, 'home').knobs
    expect(await cpus.writes('/c', 1.5)).toEqual([
      { file: '/c/cpu.cfs_period_us', value: '100000' },
      { file: '/c/cpu.cfs_quota_us', value: '150000' },
    ])
    expect((await cpus.writes('/c', null)).at(-1)).toEqual({ file: '/c/cpu.cfs_quota_us', value: '-1' })
  })

  test('has one folder for controllers that are mounted together', () => {
    const driver = createV1Driver({ memory: '/cg/both', pids: '/cg/both', cpu: '/cg/cpu' }, 'home')
    expect(driver.parents).toEqual(['/cg/both/home', '/cg/cpu/home'])
    expect(driver.folderOf('pids', 'c-a')).toBe('/cg/both/home/c-a')
    expect(driver.description).toBe('cgroups v1 (memory, cpu, pids), each with home')
  })

  test('does without the controllers that only count, where it can’t have them', async ({ tree: { root, fill } }) => {
    fill({ 'cpu/': '', 'cpuacct/': '', 'blkio/home': '' })
    const points = { cpu: `${root}/cpu`, cpuacct: `${root}/cpuacct`, blkio: `${root}/blkio/home` }
    expect(await withoutRefused(points, 'home')).toEqual({ cpu: `${root}/cpu`, cpuacct: `${root}/cpuacct` })
    const both = { cpu: `${root}/none`, cpuacct: `${root}/none` } // what limits is to say itself what is wrong
    expect(await withoutRefused(both, 'home')).toEqual(both)
  })

  test('knows what the host lacks', async ({ tree: { root } }) => {
    const driver = createV1Driver({ cpu: root }, 'home')
    expect(driver.folderOf('memory', 'c-a')).toBeUndefined()
    expect(await driver.settable()).toEqual(['cpus'])
    expect(await driver.whyNot('memory')).toMatch(/no memory controller .*cgroup_enable=memory/)
    expect(await driver.whyNot('cpus')).toMatch(/no cpu\.cfs_quota_us /)
    expect(await driver.setFrozen('c-a', true)).toBe(false)
    expect(await driver.isFrozen('c-a')).toBe(false)
    expect(await driver.oomKills('c-a')).toBe(0)
  })

  test('takes only FROZEN for frozen', async ({ tree: { root, fill, read } }) => {
    const driver = createV1Driver({ freezer: root }, 'home')
    fill({ 'home/c-a/freezer.state': 'FREEZING\n' })
    expect(await driver.isFrozen('c-a')).toBe(false)
    expect(await driver.setFrozen('c-a', true)).toBe(true)
    expect(read('home/c-a/freezer.state')).toBe('FROZEN')
    expect(await driver.isFrozen('c-a')).toBe(true)
    await driver.setFrozen('c-a', false)
    expect(read('home/c-a/freezer.state')).toBe('THAWED')
  })

  test('counts kills, not times when there was no memory', async ({ tree: { root, fill } }) => {
    fill({ 'home/c-a/memory.oom_control': 'oom_kill_disable 0\nunder_oom 1\noom_kill 3\n' })
    expect(await createV1Driver({ memory: root }, 'home').oomKills('c-a')).toBe(3)
  })
})
