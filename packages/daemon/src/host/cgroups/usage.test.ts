import { describe, expect } from 'vitest'
import { createCgroups } from './create.ts'
import { test } from './tree.fixture.ts'
import { createV1Driver } from './v1.ts'
import { createV2Driver } from './v2.ts'

const nothing = {
  ...{ cpuUs: null, cpuUserUs: null, cpuSystemUs: null, throttledUs: null },
  ...{ memory: null, memoryLimit: null, memoryPeak: null, pids: null, pidsLimit: null, block: null },
}

describe('the usage of a cgroup of v2', () => {
  test('has what the kernel counts', async ({ tree: { root, fill } }) => {
    fill({
      'home/c-a/cpu.stat':
        'usage_usec 1500000\nuser_usec 1000000\nsystem_usec 500000\nnr_throttled 2\nthrottled_usec 7\n',
      'home/c-a/memory.current': '5000\n',
      'home/c-a/memory.stat': 'anon 3000\ninactive_file 1500\nactive_file 500\nfile 2000\n',
      'home/c-a/memory.max': '8000\n',
      'home/c-a/memory.peak': '6000\n',
      'home/c-a/pids.current': '3\n',
      'home/c-a/pids.max': '10\n',
      'home/c-a/io.stat':
        '8:0 rbytes=100 wbytes=20 rios=3 wios=4 dbytes=9 dios=9\n259:1 rbytes=1 wbytes=2 rios=3 wios=4 dbytes=0 dios=0\n7:0 \n',
    })
    expect(await createV2Driver({ base: root, own: root }, 'home').usage('c-a')).toEqual({
      ...{ cpuUs: 1_500_000, cpuUserUs: 1_000_000, cpuSystemUs: 500_000, throttledUs: 7 },
      ...{ memory: 3500, memoryLimit: 8000, memoryPeak: 6000, pids: 3, pidsLimit: 10 },
      block: { readBytes: 101, writtenBytes: 22, reads: 6, writes: 8 },
    })
  })

  test('has no limit where that is "max", and nothing of controllers that are missing', async ({
    tree: { root, fill },
  }) => {
    fill({
      'home/c-a/cpu.stat': 'usage_usec 5\nuser_usec 5\nsystem_usec 0\n',
      'home/c-a/memory.current': '100\n',
      'home/c-a/memory.stat': 'inactive_file 200\n', // counted a moment later
      'home/c-a/memory.max': 'max\n',
      'home/c-a/pids.max': 'max\n',
      'home/c-a/io.stat': '',
    })
    expect(await createV2Driver({ base: root, own: root }, 'home').usage('c-a')).toEqual({
      ...{ ...nothing, cpuUs: 5, cpuUserUs: 5, cpuSystemUs: 0, memory: 0 },
      block: { readBytes: 0, writtenBytes: 0, reads: 0, writes: 0 },
    })
  })
})

describe('the usage of a cgroup of v1', () => {
  const none = '9223372036854771712' // how the kernel shows memory without a limit

  test('has what each controller counts', async ({ tree: { root, fill } }) => {
    const points = {
      ...{ memory: `${root}/memory`, cpu: `${root}/cpu`, cpuacct: `${root}/cpu` },
      ...{ pids: `${root}/pids`, blkio: `${root}/blkio` },
    }
    fill({
      'cpu/home/c-a/cpuacct.usage': '1500000400\n',
      'cpu/home/c-a/cpuacct.stat': 'user 100\nsystem 50\n',
      'cpu/home/c-a/cpu.stat': 'nr_periods 4\nnr_throttled 2\nthrottled_time 7000\n',
      'memory/home/c-a/memory.usage_in_bytes': '5000\n',
      'memory/home/c-a/memory.stat': 'inactive_file 1\ntotal_inactive_file 1500\n',
      'memory/home/c-a/memory.limit_in_bytes': `${none}\n`,
      'memory/home/c-a/memory.max_usage_in_bytes': '6000\n',
      'pids/home/c-a/pids.current': '3\n',
      'pids/home/c-a/pids.max': 'max\n',
      'blkio/home/c-a/blkio.throttle.io_service_bytes':
        '8:0 Read 100\n8:0 Write 20\n8:0 Sync 120\n8:0 Total 120\n8:16 Read 1\n8:16 Write 2\nTotal 123\n',
      'blkio/home/c-a/blkio.throttle.io_serviced': '8:0 Read 3\n8:0 Write 4\nTotal 7\n',
    })
    const expected = {
      ...{ cpuUs: 1_500_000, cpuUserUs: 1_000_000, cpuSystemUs: 500_000, throttledUs: 7 },
      ...{ memory: 3500, memoryLimit: null, memoryPeak: 6000, pids: 3, pidsLimit: null },
      block: { readBytes: 101, writtenBytes: 22, reads: 3, writes: 4 },
    }
    const driver = createV1Driver(points, 'home')
    expect(await driver.usage('c-a')).toEqual(expected)
    fill({ 'blkio/home/c-a/blkio.throttle.io_service_bytes_recursive': 'Total 0\n' }) // the kernel has it, but does not count
    expect(await driver.usage('c-a')).toEqual(expected)
    fill({ 'blkio/home/c-a/blkio.throttle.io_service_bytes_recursive': '8:0 Read 7\n8:0 Write 0\nTotal 7\n' })
    expect(await driver.usage('c-a')).toMatchObject({ block: { readBytes: 7, writtenBytes: 0, reads: 0, writes: 0 } })
    fill({ 'memory/home/c-a/memory.limit_in_bytes': '8000\n', 'pids/home/c-a/pids.max': '9\n' })
    expect(await driver.usage('c-a')).toMatchObject({ memoryLimit: 8000, pidsLimit: 9 })
  })

  test('is undefined where nothing is counted, with the cgroup or without', async ({ tree: { root, fill } }) => {
    const driver = createV1Driver({ freezer: root }, 'home')
    fill({ 'home/c-a/freezer.state': 'THAWED\n' })
    expect(await driver.usage('c-a')).toEqual(nothing)
    expect(await createCgroups(driver).usage('a')).toBeUndefined()
    expect(await createCgroups(driver).usage('b')).toBeUndefined()
  })
})

describe('the processes of a cgroup', () => {
  test('are those of all hierarchies and of the cgroups below, each once', async ({ tree: { root, fill } }) => {
    fill({
      'memory/home/c-a/cgroup.procs': '12\n7\n',
      'memory/home/c-a/sub/cgroup.procs': '13\n0\n', // of another pid namespace
      'pids/home/c-a/cgroup.procs': '7\n12\n13\n14\n',
    })
    const cgroups = createCgroups(createV1Driver({ memory: `${root}/memory`, pids: `${root}/pids` }, 'home'))
    expect((await cgroups.processes('a')).sort()).toEqual([12, 13, 14, 7])
    expect(await cgroups.processes('b')).toEqual([])
  })
})
