import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect } from 'vitest'
import { namesOf } from '../../../packages/daemon/src/host/network/names.ts'
import {
  type Attachment,
  createNetworks,
  type NetworkOrder,
} from '../../../packages/daemon/src/host/network/networks.ts'
import { createLog } from '../../../packages/daemon/src/log.ts'
import { test as base, containerAccount, freePort, makeFolder, removeFolder, tool, until } from '../../harness.ts'

const run = (file: string, ...args: string[]) => execFileSync(file, args, { encoding: 'utf8', stdio: 'pipe' })
const inside = ({ namespace }: Attachment, ...command: string[]) =>
  run('nsenter', `--net=${namespace}`, '--', ...command)
const linesWith = (text: string, part: string) => text.split('\n').filter((line) => line.includes(part))

/** A home's networks, what of them is on this host, and servers in them. Other tests have theirs at the same time. */
const test = base.extend('site', ({ workshop }, { onCleanup }) => {
  const home = makeFolder(workshop, 'network')
  const folder = join(home, 'network')
  const names = namesOf(home)
  const said: string[] = []
  const log = createLog({ debug: false, stream: { write: (line: string) => said.push(line) }, colour: false })
  const servers: ChildProcess[] = []
  const open = (subnet?: string) => createNetworks({ folder, homeRoot: home, subnet, dns: [], log })
  onCleanup(async () => {
    for (const server of servers) {
      const ended = once(server, 'exit')
      server.kill('SIGKILL')
      await ended
    }
    await open().sweep(new Set())
    await removeFolder(home)
  })
  return {
    folder,
    names,
    open,
    log: () => said.join(''),
    /** All that this host has of these networks. */
    look: () => ({
      links: linesWith(run('ip', '-oneline', 'link'), names.bridge),
      rules: linesWith(run('iptables-save'), names.bridge),
      namespaces: existsSync('/run/netns') ? readdirSync('/run/netns').filter((file) => names.containerOf(file)) : [],
      mounts: linesWith(readFileSync('/proc/self/mountinfo', 'utf8'), names.bridge),
      leases: existsSync(join(folder, 'leases')),
      attachments: existsSync(join(folder, 'attachments')) ? readdirSync(join(folder, 'attachments')) : [],
    }),
    /** Has the containers' account say a text on a port of a network. */
    serve: async (attachment: Attachment, port: number, text: string) => {
      const root = makeFolder(home, 'www')
      writeFileSync(join(root, 'text'), text)
      const { uid, gid } = containerAccount
      const account = ['setpriv', `--reuid=${uid}`, `--regid=${gid}`, '--clear-groups', '--']
      const httpd = [tool('busybox'), 'httpd', '-f', '-p', String(port), '-h', root]
      servers.push(spawn('nsenter', [`--net=${attachment.namespace}`, '--', ...account, ...httpd], { stdio: 'ignore' }))
      await until(`port ${port} to be served`, () => inside(attachment, 'ss', '-Htln', `sport = :${port}`) !== '')
    },
  }
})

const nothing = { links: [], rules: [], namespaces: [], mounts: [], leases: false, attachments: [] }

const order = (container: string, ...hostPorts: number[]): NetworkOrder => ({
  container,
  network: 'bridge',
  ports: hostPorts.map((host_port) => ({ host_ip: '0.0.0.0', host_port, container_port: 80, protocol: 'tcp' })),
})

const get = async (place: string) => (await fetch(`http://${place}/text`, { signal: AbortSignal.timeout(5000) })).text()
const getFrom = (attachment: Attachment, place: string) =>
  inside(attachment, tool('curl'), '-s', '-m', '5', `http://${place}/text`)

describe('a container on the bridge', () => {
  test('is reached on its address and its ports, from the host and from others, and leaves nothing', async ({
    site,
  }) => {
    const networks = site.open()
    expect(await networks.whyNoBridge()).toBeUndefined()
    const port = await freePort()
    const [web, other] = await Promise.all([networks.attach(order('web', port)), networks.attach(order('other'))])
    await site.serve(web, 80, 'it is web') // below 1024, though the account is nobody in there
    await Promise.all([networks.publish('web'), networks.publish('other')])

    expect(networks.addressOf('web')).toBe(web.address)
    expect(await get(`${web.address}`)).toBe('it is web')
    expect(await get(`127.0.0.1:${port}`)).toBe('it is web')
    expect(getFrom(other, `${web.address}`)).toBe('it is web')
    const gateway = `${web.address}`.replace(/\d+$/, '1')
    for (const from of [other, web]) expect(getFrom(from, `${gateway}:${port}`)).toBe('it is web')
    expect(inside(web, 'cat', '/proc/sys/net/ipv4/ping_group_range')).toBe('0\t2147483647\n')

    await networks.publish('web') // a daemon that took it back can't know
    expect(await get(`127.0.0.1:${port}`)).toBe('it is web')
    await networks.detach('web')
    await expect(get(`127.0.0.1:${port}`)).rejects.toThrow()
    expect(site.look()).toMatchObject({ namespaces: [expect.stringMatching(/-other$/)] })
    await Promise.all([networks.detach('other'), networks.detach('web'), networks.detach('never')])
    expect(site.look()).toEqual(nothing)
    expect(networks.addressOf('web')).toBeNull()
    expect(site.log()).toBe('')
  })

  test('is told of the others and of nameservers, in files that are not replaced', async ({ site }) => {
    const networks = site.open()
    const web = await networks.attach(order('web'))
    const files = Object.fromEntries(web.files.map(([path, place]) => [place, path]))
    const hosts = `${files['/etc/hosts']}`
    expect(Object.keys(files).toSorted()).toEqual(['/etc/hosts', '/etc/resolv.conf'])
    expect(readFileSync(`${files['/etc/resolv.conf']}`, 'utf8')).toMatch(/^nameserver /)
    expect(linesWith(readFileSync(hosts, 'utf8'), 'web')).toEqual([`${web.address} web`])
    const { ino } = statSync(hosts)
    const other = await networks.attach(order('other'))
    expect(linesWith(readFileSync(hosts, 'utf8'), 'other')).toEqual([`${other.address} other`])
    await networks.detach('web')
    expect(linesWith(readFileSync(hosts, 'utf8'), 'web')).toEqual([])
    expect(statSync(hosts).ino).toBe(ino)
  })

  test('gets what is new when it is attached again, though the former was never taken away', async ({ site }) => {
    const networks = site.open()
    const port = await freePort()
    const first = await networks.attach(order('web', port))
    await networks.publish('web')
    const second = await networks.attach(order('web', port))
    await networks.publish('web')
    expect(second.namespace).toBe(first.namespace)
    await site.serve(second, 80, 'again')
    expect(await get(`127.0.0.1:${port}`)).toBe('again')
    expect(site.look().mounts).toHaveLength(1)
  })

  test('does not change the gateway of those that are there', async ({ site }) => {
    const networks = site.open()
    const gatewayHardware = () => run('ip', '-brief', 'link', 'show', 'dev', site.names.bridge).split(/\s+/)[2]
    await networks.attach(order('first'))
    const before = gatewayHardware()
    for (const container of ['a', 'b', 'c']) await networks.attach(order(container))
    await networks.detach('first')
    expect(gatewayHardware()).toBe(before)
  })
})

test('a container without a network has loopback, and finds itself', async ({ site }) => {
  const networks = site.open()
  const alone = await networks.attach({ container: 'alone', network: 'none', ports: [] })
  await networks.publish('alone')
  expect(alone).toMatchObject({ address: null, files: [[expect.any(String), '/etc/hosts']], warnings: [] })
  expect(readFileSync(`${alone.files[0]?.[0]}`, 'utf8')).toContain('127.0.0.1 alone\n')
  expect(inside(alone, 'ip', '-brief', 'link').trim().split('\n')).toEqual([expect.stringMatching(/^lo .*,UP/)])
  expect(site.look()).toMatchObject({ links: [], rules: [] })
  await networks.detach('alone')
  expect(site.look()).toEqual(nothing)
})

test('containers come and go side by side', async ({ site }) => {
  const networks = site.open()
  const containers = Array.from({ length: 10 }, (_, index) => `c${index}`)
  const ports = await Promise.all(containers.map(() => freePort()))
  const attached = await Promise.all(
    containers.map((container, index) => networks.attach(order(container, ports[index] ?? 0))),
  )
  expect(new Set(attached.map(({ address }) => address)).size).toBe(containers.length)
  await Promise.all(containers.map((container) => networks.publish(container)))
  await site.serve(attached[7] as Attachment, 80, 'seven')
  expect(await get(`127.0.0.1:${ports[7]}`)).toBe('seven')
  await Promise.all(
    containers.map(async (container, index) => {
      await networks.detach(container)
      if (index % 2) return
      await networks.attach(order(container)) // while others still go, and perhaps the last of them
      await networks.detach(container)
    }),
  )
  expect(site.look()).toEqual(nothing)
})

describe('after a crash', () => {
  test('what is in use stays as it is, and all else goes', async ({ site }) => {
    const port = await freePort()
    const before = site.open()
    const kept = await before.attach(order('kept', port))
    await before.attach(order('lost', await freePort()))
    await before.attach({ container: 'alone', network: 'none', ports: [] })
    for (const container of ['kept', 'lost']) await before.publish(container)
    await site.serve(kept, 80, 'kept')

    const next = site.open()
    await next.sweep(new Set(['kept']))
    expect(next.addressOf('kept')).toBe(kept.address)
    expect(next.addressOf('lost')).toBeNull()
    expect(await get(`127.0.0.1:${port}`)).toBe('kept')
    expect(site.look()).toMatchObject({ namespaces: [expect.stringMatching(/-kept$/)], attachments: ['kept.json'] })
    expect((await next.attach(order('new'))).address).not.toBe(kept.address)
    await next.sweep(new Set())
    expect(site.look()).toEqual(nothing)
  })

  test('what was only begun goes as well', async ({ site }) => {
    const before = site.open()
    await before.attach(order('begun'))
    const state = join(site.folder, 'attachments', 'begun.json')
    const record = JSON.parse(readFileSync(state, 'utf8'))
    writeFileSync(state, JSON.stringify({ ...record, result: null, address: null })) // as it was before the plugin ended
    writeFileSync(join(site.folder, 'attachments', 'torn.json'), '')
    writeFileSync(site.names.namespaceOf('unmounted'), '')
    await site.open().sweep(new Set())
    expect(site.look()).toEqual(nothing)
  })
})

test('after a reboot nothing is left on disk, nor of an earlier firewall', async ({ site }) => {
  const before = site.open()
  const { namespace } = await before.attach(order('web', await freePort()))
  await before.publish('web')
  run('umount', namespace)
  rmSync(namespace)
  run('ip', 'link', 'delete', 'dev', site.names.bridge)
  await site.open().sweep(new Set())
  expect(site.look()).toEqual(nothing)
  expect(site.log()).toBe('')
})

describe('what can not be had', () => {
  test('an address when all are given, and nothing is left of the try', async ({ site }) => {
    const networks = site.open('198.18.77.0/30')
    expect(await networks.attach(order('web'))).toMatchObject({ address: '198.18.77.2' })
    const before = site.look()
    await expect(networks.attach(order('other'))).rejects.toMatchObject({
      code: 'network_unavailable',
      message: expect.stringMatching(/the CNI plugin bridge failed to ADD: .*no IP addresses available/),
    })
    expect(site.look()).toEqual(before)
    await networks.detach('web')
    expect(await networks.attach(order('other'))).toMatchObject({ address: '198.18.77.2' })
  })

  test('a network that is somebody else’s', async ({ site }) => {
    await expect(site.open('127.0.1.0/24').attach(order('web'))).rejects.toMatchObject({
      code: 'network_unavailable',
      message: expect.stringMatching(/127\.0\.1\.0\/24 clashes with the route 127\.0\.0\.0\/8/),
    })
    expect(site.look()).toEqual(nothing)
  })
})

const networksModule = join(import.meta.dirname, '../../../packages/daemon/src/host/network/networks.ts')

/** On a host of its own, whose firewall nobody else changes: what it has before, meanwhile and after. */
const alone = `
  import { execFileSync } from 'node:child_process'
  import { createNetworks } from ${JSON.stringify(networksModule)}
  const homeRoot = process.argv[1]
  const log = { debug() {}, warn: console.error, error: console.error }
  const networks = createNetworks({ folder: homeRoot + '/network', homeRoot, subnet: undefined, dns: [], log })
  const look = () => execFileSync('iptables-save', { encoding: 'utf8' }).split('\\n').filter((line) => /^(-A|:[^ ]+ -)/.test(line))
  const containers = ['a', 'b', 'c', 'd']
  const port = (index) => ({ host_ip: '0.0.0.0', host_port: 8080 + index, container_port: 80, protocol: 'tcp' })
  const before = look()
  await Promise.all(containers.map((container, index) => networks.attach({ container, network: 'bridge', ports: [port(index)] })))
  await Promise.all(containers.map((container) => networks.publish(container)))
  const meanwhile = look()
  await Promise.all(containers.map((container) => networks.detach(container)))
  console.log(JSON.stringify({ before, meanwhile, after: look() }))
`

test('the firewall of a host is what it was, with what was in it before', ({ site, workshop }) => {
  const home = makeFolder(workshop, 'alone')
  const ownHost = (...prepare: string[]) => {
    const script = ['mount -t tmpfs none /run', 'ip link set lo up', ...prepare, 'exec "$@"'].join(' && ')
    const node = [process.execPath, '--conditions=aptorch-source', '--input-type=module', '-e', alone, home]
    return JSON.parse(run('unshare', '--net', '--mount', 'sh', '-c', script, 'host', ...node))
  }
  const empty = ownHost()
  expect(empty.meanwhile.length).toBeGreaterThan(20)
  expect(new Set(empty.meanwhile).size).toBe(empty.meanwhile.length) // nothing that all share is there twice
  expect(empty).toMatchObject({ before: [], after: [] })

  const used = ownHost('iptables -N CNI-FORWARD', 'iptables -A CNI-FORWARD -s 192.0.2.1 -j ACCEPT', 'iptables -N MINE')
  expect(used.before).toHaveLength(3)
  expect(used.after).toEqual(expect.arrayContaining(used.before))
  expect(linesWith(used.after.join('\n'), 'HOSTPORT')).toEqual([])
  expect(site.log()).toBe('')
})
