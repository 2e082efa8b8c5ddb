import { describe, expect } from 'vitest'
import { hostWith, mounted, test } from './tree.fixture.ts'
import { placeV2 } from './v2-place.ts'

const service = '/system.slice/aptorchd.service'
const scope = '/user.slice/user-1000.slice/user@1000.service/app.slice/run-r1.scope'

/** A host whose daemon is in that cgroup. */
const inCgroup = (path: string, rest: { isRoot?: boolean; delegated?: boolean | undefined } = {}) =>
  hostWith([], {
    isRoot: rest.isRoot ?? true,
    ownCgroups: async () => `4:memory:/elsewhere\n0::${path}\n`,
    isDelegated: async () => rest.delegated,
  })

describe('a home of root’s', () => {
  test.for([
    ['without systemd', '/', undefined, ''],
    ['in a service that is not delegated', service, false, ''],
    ['in the very cgroup of its service, even delegated', service, true, ''],
    ['below a service that is not delegated', `${service}/supervisor`, false, ''],
    ['below a service that is delegated', `${service}/supervisor`, true, service],
  ] as const)('%s has its place', async ([, own, delegated, base]) => {
    expect(await placeV2(mounted('/cg'), inCgroup(own, { delegated }))).toEqual({
      base: `/cg${base}`,
      own: own === '/' ? '/cg' : `/cg${own}`,
    })
  })

  test('is below what a mount shows of the hierarchy', async () => {
    const mount = mounted('/cg', '', '/lxc/one')
    const below = await placeV2(mount, inCgroup(`/lxc/one${service}/supervisor`, { delegated: true }))
    expect(below).toEqual({ base: `/cg${service}`, own: `/cg${service}/supervisor` })
    for (const [shown, own] of [
      [mount, '/lxc/other'],
      [mounted('/cg'), '/../other'],
      [mounted('/cg', '', '/..'), '/'],
    ] as const)
      expect(await placeV2(shown, inCgroup(own))).toEqual({ reason: expect.stringMatching(/another cgroup namespace/) })
  })
})

describe('a home of a plain user’s', () => {
  const files = { 'cgroup.procs': '', 'cgroup.subtree_control': '' }
  const fillAt = (path: string) =>
    Object.fromEntries(Object.entries(files).map(([name, text]) => [`${path}/${name}`, text]))

  test('is in the daemon’s own cgroup', async ({ tree: { root, fill } }) => {
    fill(fillAt(scope))
    const base = `${root}${scope}`
    const host = (path: string) => inCgroup(path, { isRoot: false, delegated: true })
    expect(await placeV2(mounted(root), host(scope))).toEqual({ base, own: base })
    // Where it has moved aside before, or systemd has put it there (DelegateSubgroup=).
    expect(await placeV2(mounted(root), host(`${scope}/aptorchd`))).toEqual({ base, own: `${base}/aptorchd` })
  })

  test('needs no systemd', async ({ tree: { root, fill } }) => {
    fill({ ...files, 'aptorchd/cgroup.procs': '' })
    expect(await placeV2(mounted(root), inCgroup('/', { isRoot: false }))).toEqual({ base: root, own: root })
    const aside = await placeV2(mounted(root), inCgroup('/aptorchd', { isRoot: false }))
    expect(aside).toEqual({ base: root, own: `${root}/aptorchd` })
  })

  test.for([
    [
      'systemd has kept',
      scope,
      false,
      /systemd has not delegated the cgroup of run-r1\.scope to the daemon; .*systemd-run/,
    ],
    [
      'is elsewhere',
      '/../other',
      undefined,
      /the daemon's own cgroup is not among those at .*namespace; .*mount -t cgroup2/,
    ],
    [
      'it may not write to',
      scope,
      true,
      /not root, and .*run-r1\.scope\/cgroup\.subtree_control is not writable .*ENOENT/,
    ],
  ] as const)('is not in a cgroup that %s', async ([, path, delegated, reason], { tree: { root, fill } }) => {
    fill({ [`${scope}/cgroup.procs`]: '' })
    expect(await placeV2(mounted(root), inCgroup(path, { isRoot: false, delegated }))).toEqual({
      reason: expect.stringMatching(reason),
    })
  })
})
