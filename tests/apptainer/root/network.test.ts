import { execFileSync, spawn } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { networkInterfaces } from 'node:os'
import { describe, expect } from 'vitest'
import { type Daemon, freePort, inside, test, until } from '../../harness.ts'

/** A command that serves its own name over HTTP on port 80, as only root of a host may elsewhere. */
const webServer = ['mkdir -p /srv && hostname >/srv/index.html && exec httpd -f -p 80 -h /srv']

const startServer = (daemon: Daemon, image: string, container_name: string, more = {}) =>
  daemon.client.start({ container_name, image, container_command: webServer, ...more })

const fetchText = (url: string) =>
  until(`an answer of ${url}`, async () => {
    const answer = await fetch(url).catch(() => undefined)
    return answer?.ok && (await answer.text())
  })

describe('a container with the network "bridge", which root gives when nothing is said', () => {
  test('has an address of its own, on which the host reaches it', async ({ daemon, image }) => {
    const { network, container_ip } = await startServer(daemon, image, 'own')
    expect(network).toBe('bridge')
    expect(container_ip).toMatch(/^(10|172|192)\.\d+\.\d+\.\d+$/)
    expect(await fetchText(`http://${container_ip}/`)).toBe('own\n')
    const seen = await daemon.client.getcont({ container_name: 'own' })
    expect(seen.container_ip).toBe(container_ip)
  })

  test('reaches others by address and by name, itself too, and the host', async ({ daemon, image }) => {
    const one = await startServer(daemon, image, 'one')
    const two = await startServer(daemon, image, 'Two.b_c')
    await fetchText(`http://${two.container_ip}/`)
    expect(await inside(one.pid, `wget -qO- http://${two.container_ip}/`)).toBe('Two.b-c\n')
    expect(await inside(one.pid, 'wget -qO- http://Two.b_c/')).toBe('Two.b-c\n')
    expect(await inside(two.pid, 'hostname; wget -qO- http://one/')).toBe('Two.b-c\none\n')
    expect(await inside(one.pid, 'wget -qO- http://one/')).toBe('one\n')

    await daemon.client.stop({ container_name: 'Two.b_c', timeout_s: 0 })
    expect(await inside(one.pid, 'cat /etc/hosts')).not.toContain('Two.b_c')

    const server = createServer((_, answer) => answer.end('the host')).listen(0, '0.0.0.0')
    await once(server, 'listening')
    try {
      const gateway = (await inside(one.pid, 'ip route')).match(/default via (\S+)/)?.[1]
      const { port } = server.address() as { port: number }
      expect(await inside(one.pid, `wget -qO- http://${gateway}:${port}/`)).toBe('the host')
    } finally {
      server.close()
    }
  })

  test('can not reach what listens on the loopback of the host, the daemon before all', async ({ daemon, image }) => {
    const { pid } = await daemon.client.start({ container_name: 'outside', image })
    const { port } = new URL(daemon.url)
    const gateway = (await inside(pid, 'ip route')).match(/default via (\S+)/)?.[1]
    for (const host of ['127.0.0.1', gateway])
      await expect(inside(pid, `nc -w 2 ${host} ${port} </dev/null`), host).rejects.toThrow()
  })

  test('has a resolver that it can reach', async ({ daemon, image }) => {
    const { pid } = await daemon.client.start({ container_name: 'resolves', image })
    const servers = (await inside(pid, 'cat /etc/resolv.conf')).match(/^nameserver \S+/gm) ?? []
    expect(servers.length).toBeGreaterThan(0)
    expect(servers.filter((line) => / (127\.|::1)/.test(line))).toEqual([])
  })

  test('keeps no right over its network, not even as root of its own', async ({ daemon, image }) => {
    const { pid } = await daemon.client.start({ container_name: 'tame', image })
    await expect(inside(pid, 'ip link set eth0 down')).rejects.toThrow(/not permitted/)
    await expect(inside(pid, 'ip addr add 10.0.0.1/8 dev eth0')).rejects.toThrow(/not permitted/)
  })

  test('gets an address again after a restart, and none while it is stopped', async ({ daemon, image }) => {
    await startServer(daemon, image, 'again', { ports: [{ container_port: 80 }] })
    await daemon.client.stop({ container_name: 'again', timeout_s: 0 })
    expect(await daemon.client.getcont({ container_name: 'again' })).toMatchObject({ container_ip: null })
    const { container_ip } = await daemon.client.restart({ container_name: 'again' })
    expect(await fetchText(`http://${container_ip}/`)).toBe('again\n')
    const forced = await daemon.client.restart({ container_name: 'again', force: true })
    expect(await fetchText(`http://127.0.0.1:${forced.ports[0]?.host_port}/`)).toBe('again\n')
  })
})

describe('a published port', () => {
  test('answers on every address of the host, and with one address given on that only', async ({ daemon, image }) => {
    const [open, local] = [await freePort(), await freePort()]
    const ports = [
      { host_port: open, container_port: 80 },
      { host_ip: '127.0.0.1', host_port: local, container_port: 80 },
    ]
    const started = await startServer(daemon, image, 'published', { ports })
    expect(started.ports).toEqual([
      { host_ip: '0.0.0.0', host_port: open, container_port: 80, protocol: 'tcp' },
      { host_ip: '127.0.0.1', host_port: local, container_port: 80, protocol: 'tcp' },
    ])
    expect(await fetchText(`http://127.0.0.1:${open}/`)).toBe('published\n')
    expect(await fetchText(`http://127.0.0.1:${local}/`)).toBe('published\n')
    const outward = Object.values(networkInterfaces())
      .flat()
      .find((address) => address?.family === 'IPv4' && !address.internal)?.address
    expect(await fetchText(`http://${outward}:${open}/`)).toBe('published\n')
    await expect(fetch(`http://${outward}:${local}/`)).rejects.toThrow()

    await daemon.client.stop({ container_name: 'published', timeout_s: 0 })
    await expect(fetch(`http://127.0.0.1:${open}/`)).rejects.toThrow()
  })

  test('can be one of UDP, and be left to the daemon to choose', async ({ daemon, image }) => {
    const { ports, pid } = await daemon.client.start({
      container_name: 'udp',
      image,
      ports: [{ container_port: 53, protocol: 'udp' }],
    })
    const [port] = ports
    expect(port).toMatchObject({ host_ip: '0.0.0.0', container_port: 53, protocol: 'udp' })
    // busybox has no server for UDP: one of the host stands in, in the network of the container.
    const echo =
      "const s = require('dgram').createSocket('udp4'); s.on('message', (m, r) => s.send(m, r.port, r.address)).bind(53)"
    const server = spawn('nsenter', ['--target', String(pid), '--net', '--', process.execPath, '-e', echo])
    const socket = createSocket('udp4')
    try {
      let heard = ''
      socket.on('message', (message) => {
        heard = String(message)
      })
      await until('the echo', () => {
        socket.send('psst', port?.host_port ?? 0, '127.0.0.1')
        return heard === 'psst'
      })
    } finally {
      socket.close()
      server.kill()
    }
  })

  test('that is taken is refused, with the name of who has it', async ({ daemon, image }) => {
    const host_port = await freePort()
    const ports = [{ host_port, container_port: 80 }]
    await startServer(daemon, image, 'holder', { ports })
    const start = async (more: object) =>
      (await daemon.request('POST', '/start', { container_name: 'late', image, ports, ...more })).body
    expect(await start({})).toMatchObject({ status: 409, code: 'port_taken', message: /the container holder/ })
    expect((await daemon.request('GET', '/getcont', { container_name: 'late' })).status).toBe(404)

    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    try {
      const { port } = server.address() as { port: number }
      const body = await start({ ports: [{ host_port: port, container_port: 80 }] })
      expect(body).toMatchObject({ status: 409, code: 'port_taken' })
      expect(body.message).toContain(`${port}/tcp`)
      expect(body.message).toMatch(/node.*pid \d+/)
    } finally {
      server.close()
    }
    const { state } = await daemon.client.getcont({ container_name: 'holder' })
    expect(state).toBe('running')
  })

  test('that was given to another meanwhile keeps a container from starting again, and changes nothing', async ({
    daemon,
    image,
  }) => {
    const ports = [{ host_port: await freePort(), container_port: 80 }]
    await startServer(daemon, image, 'earlier', { ports })
    await daemon.client.stop({ container_name: 'earlier', timeout_s: 0 })
    await startServer(daemon, image, 'later', { ports })
    const { body } = await daemon.request('POST', '/restart', { container_name: 'earlier' })
    expect(body).toMatchObject({ status: 409, code: 'port_taken', message: /the container later/ })
    expect(await daemon.client.getcont({ container_name: 'earlier' })).toMatchObject({ state: 'stopped', error: null })
    await daemon.client.stop({ container_name: 'later', timeout_s: 0 })
    expect(await daemon.client.restart({ container_name: 'earlier' })).toMatchObject({ state: 'running' })
  })

  test('that a program of the host has taken meanwhile is noticed before a container is stopped for it', async ({
    daemon,
    image,
  }) => {
    const host_port = await freePort()
    const { pid } = await startServer(daemon, image, 'robbed', { ports: [{ host_port, container_port: 80 }] })
    const server = createServer().listen(host_port, '127.0.0.1')
    await once(server, 'listening')
    try {
      const { body } = await daemon.request('POST', '/restart', { container_name: 'robbed', force: true })
      expect(body).toMatchObject({ status: 409, code: 'port_taken', message: /node/ })
      expect(await daemon.client.getcont({ container_name: 'robbed' })).toMatchObject({ state: 'running', pid })
    } finally {
      server.close()
    }
  })

  test('that nobody names is another one for each', async ({ daemon, image }) => {
    const ports = Array.from({ length: 60 }, () => ({ container_port: 80 }))
    const { ports: chosen } = await daemon.client.start({ container_name: 'chosen', image, ports })
    expect(new Set(chosen.map((port) => port.host_port)).size).toBe(60)
    await daemon.client.stop({ container_name: 'chosen', timeout_s: 0 })
  })

  test('of another daemon is taken as well', async ({ daemon, image, house }) => {
    const ports = [{ host_port: await freePort(), container_port: 80 }]
    await startServer(daemon, image, 'elsewhere', { ports })
    const other = await house.start()
    const { body } = await other.request('POST', '/start', { container_name: 'here', image, ports })
    expect(body).toMatchObject({ status: 409, code: 'port_taken', message: /elsewhere/ })
  })

  test('goes to one only of those who ask for it at the same moment', async ({ daemon, image }) => {
    const ports = [{ host_port: await freePort(), container_port: 80 }]
    const names = ['a', 'b', 'c']
    const answers = await Promise.all(
      names.map((name) => daemon.request('POST', '/start', { container_name: `race-${name}`, image, ports })),
    )
    expect(answers.map((answer) => answer.status).sort()).toEqual([201, 409, 409])
  })
})

describe('the other networks', () => {
  test('"none" has loopback only', async ({ daemon, image }) => {
    const { pid, container_ip } = await startServer(daemon, image, 'none', { network: 'none' })
    expect(container_ip).toBeNull()
    const links = await inside(pid, 'ip -o link')
    expect(links.trim().split('\n')).toHaveLength(1)
    expect(links).toMatch(/lo: <LOOPBACK,UP/)
    const own = 'wget -qO- http://none/ 2>/dev/null || true' // by its name
    expect(await until('its own server', () => inside(pid, own))).toBe('none\n')
  })

  test('"host" is that of the machine', async ({ daemon, image }) => {
    const { pid, container_ip } = await daemon.client.start({ container_name: 'host', image, network: 'host' })
    expect(container_ip).toBe('127.0.0.1')
    const names = (text: string) => text.match(/^\d+: [^:@]+/gm)?.filter((line) => !/: (aptorch-|veth)/.test(line))
    expect(names(await inside(pid, 'ip -o link'))).toEqual(
      names(execFileSync('ip', ['-o', 'link'], { encoding: 'utf8' })),
    )
  })
})

describe('without the daemon', () => {
  test('a network goes on, and the next daemon keeps what is in use', async ({ house, image }) => {
    const first = await house.start()
    const ports = [{ host_port: await freePort(), container_port: 80 }]
    const { container_ip, pid } = await startServer(first, image, 'lives', { ports })
    const published = `http://127.0.0.1:${ports[0]?.host_port}/`
    await first.kill()
    expect(await fetchText(`http://${container_ip}/`)).toBe('lives\n')

    const second = await house.start()
    expect(await second.client.getcont({ container_name: 'lives' })).toMatchObject({
      container_ip,
      pid,
      state: 'running',
    })
    expect(await fetchText(published)).toBe('lives\n')
    const { body } = await second.request('POST', '/start', { container_name: 'other', image, ports })
    expect(body).toMatchObject({ code: 'port_taken' })
    const other = await startServer(second, image, 'second')
    expect(other.container_ip).not.toBe(container_ip)
    expect(await inside(other.pid, 'wget -qO- http://lives/')).toBe('lives\n')
  })
})
