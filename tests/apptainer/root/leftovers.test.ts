import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, globSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { test as base, containersOf, type Daemon, isStarting, statesOf, until } from '../../harness.ts'

const names = Array.from({ length: 100 }, (_, index) => `c${index}`)
const tenAtOnce = 10

/** A network of the test's own for the daemon to be the host of: no other test's containers are in it. */
const test = base.extend('host', ({ house }, { onCleanup }) => {
  const file = join(house.folder('host'), 'netns')
  writeFileSync(file, '')
  execFileSync('unshare', [`--net=${file}`, '--', 'ip', 'link', 'set', 'lo', 'up'])
  onCleanup(() => {
    execFileSync('umount', [file])
    rmSync(file)
  })
  const run = (...args: string[]) => execFileSync('nsenter', [`--net=${file}`, '--', ...args], { encoding: 'utf8' })
  return { file, run }
})

/** All that a container's network, cgroup and volumes could leave behind. */
const traces = (home: string, run: (...args: string[]) => string) => ({
  links: run('ip', '-o', 'link')
    .match(/^\d+: [^:@]+/gm)
    ?.map((line) => line.replace(/^\d+: /, '')),
  rules: run('iptables-save').match(/^(-A|:CNI|:APTORCH).*/gm) ?? [],
  namespaces: globSync('/run/netns/aptorch-*').filter((path) => inHome(path, home)),
  mounts: readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .filter((line) => line.includes(home))
    .map((line) => line.split(' ')[4]),
  cgroups: globSync('/sys/fs/cgroup/{,*/}aptorch-*/*/').filter((path) => inHome(path, home)),
  leases: globSync(join(home, 'orchestrator', 'network', '**', '10.*')),
})

/** Whether a path bears the mark of a home: the tests beside this one have theirs. */
const inHome = (path: string, home: string) => path.includes(markOf(home))

const markOf = (home: string) => `aptorch-${createHash('sha256').update(home).digest('hex').slice(0, 6)}`

test('a hundred containers, started and stopped with the daemon killed in between, leave no trace', async ({
  house,
  image,
  host,
}) => {
  const first = await house.start({ network: host.file })
  const before = traces(house.home, host.run)
  expect(before.cgroups).toEqual([])
  const start = async (daemon: Daemon, name: string) => {
    const ports = [{ host_port: 20_000 + names.indexOf(name), container_port: 80 }]
    await daemon.client.start({ container_name: name, image, ports, memory: 2 ** 28 })
  }
  const half = names.length / 2
  await inTurns(names.slice(0, half), (name) => start(first, name))
  const cutOff = Promise.allSettled(names.slice(half, half + tenAtOnce).map((name) => start(first, name)))
  await until('some to be on their way', () => isStarting(house.home))
  await first.kill()
  await cutOff

  const second = await house.start({ network: host.file })
  await until('what was being started to be there or gone', () => !isStarting(house.home))
  const states = await until('all to be settled', async () => {
    const found = await statesOf(second)
    return !Object.values(found).includes('creating') && found
  })
  expect(names.slice(0, half).filter((name) => states[name] !== 'running')).toEqual([])
  const during = traces(house.home, host.run)
  const running = Object.values(states).filter((state) => state === 'running').length
  expect(during.namespaces).toHaveLength(running)
  expect(during.leases).toHaveLength(running)

  await inTurns(names.slice(half + tenAtOnce), (name) => start(second, name))
  const active = (await second.client.getallcont({})).filter((container) => container.container_active)
  expect(active.length).toBeGreaterThan(names.length - tenAtOnce - 1)
  await inTurns(active, async ({ container_name }) => {
    await second.client.stop({ container_name, timeout_s: 0 })
  })
  expect(containersOf(house.home)).toEqual([])
  expect(traces(house.home, host.run)).toEqual(before)

  await second.stop()
  expect(traces(house.home, host.run).mounts).toEqual([])
  expect(globSync('/sys/fs/cgroup/{,*/}aptorch-*/').filter((path) => inHome(path, house.home))).toEqual([])
  expect(existsSync(join(house.home, 'orchestrator', 'network', 'attachments', 'c0.json'))).toBe(false)
}, 300_000)

/** Does the work for each, so many side by side. */
const inTurns = async <Item>(items: readonly Item[], work: (item: Item) => Promise<void>) => {
  const left = [...items]
  const worker = async () => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await work(item)
  }
  await Promise.all(Array.from({ length: tenAtOnce }, worker))
}
