import { describe, expect } from 'vitest'
import { findHierarchies } from './hierarchies.ts'
import { mounted, test } from './tree.fixture.ts'

describe('the hierarchies of cgroups', () => {
  test('are v1’s, where each controller has its mount, or shares one', async ({ tree: { root, fill } }) => {
    fill({
      'memory/cgroup.procs': '',
      'cpu,cpuacct/cgroup.procs': '',
      'pids/cgroup.procs': '',
      'cpuset/cgroup.procs': '',
    })
    const mounts = [
      mounted(`${root}/cpuset`, 'cpuset'),
      mounted(`${root}/cpu,cpuacct`, 'cpu,cpuacct'),
      mounted(`${root}/memory`, 'memory'),
      mounted(`${root}/pids`, 'pids'),
    ]
    expect(await findHierarchies(mounts)).toEqual({
      version: 1,
      points: {
        memory: `${root}/memory`,
        cpu: `${root}/cpu,cpuacct`,
        pids: `${root}/pids`,
        cpuacct: `${root}/cpu,cpuacct`,
      },
    })
  })

  test('are v1’s on a hybrid host that has the memory controller there', async ({ tree: { root, fill } }) => {
    fill({ 'memory/cgroup.procs': '', 'unified/cgroup.procs': '', 'unified/cgroup.controllers': 'cpu pids\n' })
    const mounts = [mounted(`${root}/unified`), mounted(`${root}/memory`, 'memory')]
    expect(await findHierarchies(mounts)).toEqual({ version: 1, points: { memory: `${root}/memory` } })
  })

  test.for([
    ['memory cpu pids io', 2],
    ['cpu', 2],
    ['hugetlb', 1],
    ['', 1],
  ] as const)(
    'without memory in v1 and with "%s" in v2 are v%i’s',
    async ([offered, version], { tree: { root, fill } }) => {
      fill({ 'freezer/cgroup.procs': '', 'unified/cgroup.procs': '', 'unified/cgroup.controllers': `${offered}\n` })
      const mounts = [mounted(`${root}/freezer`, 'freezer'), mounted(`${root}/unified`)]
      expect(await findHierarchies(mounts)).toMatchObject({ version })
    },
  )

  test('are v2’s where v1 only counts', async ({ tree: { root, fill } }) => {
    fill({ 'blkio/cgroup.procs': '', 'unified/cgroup.procs': '', 'unified/cgroup.controllers': '' })
    const mounts = [mounted(`${root}/blkio`, 'blkio'), mounted(`${root}/unified`)]
    expect(await findHierarchies(mounts)).toMatchObject({ version: 2 })
  })

  test('are v2’s where there is nothing else, whatever it offers', async ({ tree: { root, fill } }) => {
    fill({ 'cgroup.procs': '', 'cgroup.controllers': '' })
    const mount = mounted(root)
    expect(await findHierarchies([mounted('/gone', 'memory'), mount])).toEqual({ version: 2, mount })
  })

  test('are none where none is mounted, or another mount hides it', async ({ tree: { root } }) => {
    expect(await findHierarchies([])).toBeUndefined()
    expect(await findHierarchies([mounted(root), mounted(root, 'memory')])).toBeUndefined()
  })
})
