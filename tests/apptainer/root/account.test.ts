import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { describe, expect } from 'vitest'
import {
  accountNamed,
  containerAccount,
  ended,
  forever,
  isAlive,
  ownerOf,
  processesIn,
  spawnAs,
  test,
  until,
} from '../../harness.ts'

/** The ids on the host that the container account has, its subordinate ones included. */
const ownIds = () => {
  const ranges = readFileSync('/etc/subuid', 'utf8')
    .split('\n')
    .filter((line) => line.startsWith(`${containerAccount.name}:`))
    .map((line) => line.split(':').slice(1).map(Number))
  return (uid: number) =>
    uid === containerAccount.uid || ranges.some(([first = 0, count = 0]) => uid >= first && uid < first + count)
}

describe('with a root daemon', () => {
  test('every process of a container belongs to the container account on the host', async ({ daemon, image }) => {
    const { user } = await daemon.client.start({
      container_name: 'owned',
      image,
      container_command: [
        'echo "user:x:1000:1000::/:/bin/sh" >>/etc/passwd',
        `(busybox su user -c "${forever}") &`,
        forever,
      ],
    })
    const owners = await until('all of it to run', () => {
      const found = processesIn(daemon, 'owned').map(ownerOf)
      return found.length >= 5 && found
    })
    expect(user).toBe('aptorch-ct')
    expect(owners.filter((uid) => !ownIds()(uid))).toEqual([])
    expect(owners).toContain(containerAccount.uid)
  })

  test('%post of a definition runs as the container account too', async ({ daemon, image, shared }) => {
    const definition = join(shared.folder('definition'), 'who.def')
    const post = [
      'cat /proc/self/uid_map >/uid_map',
      '(echo x >/proc/sys/kernel/core_pattern) 2>/dev/null && touch /pwned',
      'true',
    ]
    writeFileSync(definition, ['Bootstrap: localimage', `From: ${image}`, '%post', ...post].join('\n'))
    await daemon.client.start({
      container_name: 'post',
      image: definition,
      container_command: [`grep -q "^ *0 *${containerAccount.uid} " /uid_map && ! test -e /pwned`],
    })
    expect(await ended(daemon, 'post')).toMatchObject({ exit_code: 0 })
  })

  test('what breaks out of a container as that account finds token, socket and save shut', async ({ daemon }) => {
    const asAccount = (program: string, ...args: string[]) =>
      spawnSync(program, args, { ...spawnAs(containerAccount), encoding: 'utf8' }).status
    const inHome = (name: string) => join(daemon.home, 'orchestrator', name)
    for (const name of ['token', 'save', 'lock']) expect(asAccount('cat', inHome(name)), name).not.toBe(0)
    for (const name of ['records', 'accounts']) expect(asAccount('ls', inHome(name)), name).not.toBe(0)
    expect(asAccount('touch', join(daemon.home, 'planted'))).not.toBe(0)
    expect(asAccount('touch', inHome('planted'))).not.toBe(0)
    expect(asAccount('curl', '-s', '--unix-socket', daemon.socket, 'http://localhost/info')).not.toBe(0)
  })

  test('a forged record of an instance gets no signal to a process of root', async ({ daemon, image }) => {
    const victim = spawn('sleep', ['1000'])
    const end = once(victim, 'exit')
    try {
      await daemon.client.start({ container_name: 'real', image })
      const instances = join(
        daemon.home,
        'orchestrator',
        'accounts',
        'aptorch-ct',
        'instances',
        'instances',
        'app',
        hostname(),
        'aptorch-ct',
      )
      expect(existsSync(join(instances, 'real', 'real.json'))).toBe(true)
      for (const name of ['forged', 'real']) {
        mkdirSync(join(instances, name), { recursive: true })
        const record = { pid: victim.pid, ppid: victim.pid, name, user: 'aptorch-ct', image: '/' }
        writeFileSync(join(instances, name, `${name}.json`), JSON.stringify(record))
      }
      await daemon.client.start({ container_name: 'beside', image, container_command: ['true'] })
      await ended(daemon, 'beside') // by then the daemon has looked at all instances
      await daemon.client.stop({ container_name: 'real' })
      expect(isAlive(victim.pid ?? 0)).toBe(true)
      expect(daemon.log()).not.toMatch(/ERROR|forged/) // it was not even taken for an instance
    } finally {
      victim.kill()
      await end
    }
  })

  test('refuses to run containers as root, or as one who may open its door', async ({ house }) => {
    await expect(house.start({ flags: ['--run-as', 'root'] })).rejects.toThrow(/no container ever runs as root/)
    await expect(house.start({ flags: ['--run-as', 'no-such-account'] })).rejects.toThrow(
      /there is no account "no-such-account"/,
    )
  })

  test('refuses a home that the container account can not reach', async ({ house }) => {
    const closed = house.folder('closed')
    chmodSync(closed, 0o700)
    await expect(house.start({ home: join(closed, 'home') })).rejects.toThrow(/aptorch-ct.* can't reach/)
  })

  test('runs a container as another account only where the configuration allows it', async ({ house, image }) => {
    const other = accountNamed('nobody')
    const daemon = await house.start()
    const answer = await daemon.request('POST', '/start', { container_name: 'other', image, user: other.name })
    expect(answer.body).toMatchObject({ status: 403, code: 'user_not_allowed' })
    expect(await daemon.client.start({ container_name: 'same', image, user: 'aptorch-ct' })).toMatchObject({
      user: 'aptorch-ct',
    })
  })
})
