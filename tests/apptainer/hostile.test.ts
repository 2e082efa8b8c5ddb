import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect } from 'vitest'
import { test as base, containerAccount, type Daemon, ended, forever, isAlive, makeFolder, until } from '../harness.ts'

/** A folder that the container and the test both see. */
const test = base.extend('out', ({ house }) => house.folder('out', containerAccount))

let count = 0

/** Starts a container that does something evil and then goes on, and waits until it is done. */
const startEvil = async (daemon: Daemon, image: string, out: string, evil: string[]) => {
  count += 1
  const secret = makeFolder(out, 'secret')
  writeFileSync(join(secret, 'code'), '7\n', { mode: 0o600 }) // what the daemon would take for an exit code
  const container = await daemon.client.start({
    container_name: `evil-${count}`,
    image,
    binds: { [out]: '/out' },
    environment: { SECRET: join(secret, 'code') },
    container_command: [...evil, 'touch /out/done', forever],
  })
  await until('the evil to be done', () => existsSync(join(out, 'done')))
  return container
}

const status = '/.aptorch/status'
const plants: readonly { readonly plant: string; readonly evil: string[] }[] = [
  { plant: 'a link to a secret of the host', evil: [`ln -sf "$SECRET" ${status}/exit_code`] },
  { plant: 'a link that leads nowhere', evil: [`ln -sf /etc/none ${status}/exit_code`] },
  { plant: 'a link to itself', evil: [`ln -sf exit_code ${status}/exit_code`] },
  { plant: 'a pipe that nobody writes to', evil: [`mkfifo ${status}/exit_code`] },
  { plant: 'a folder', evil: [`mkdir ${status}/exit_code`] },
  { plant: 'a gigabyte of nothing', evil: [`truncate -s 1G ${status}/exit_code`] },
  { plant: 'words', evil: [`echo "root:x:0:0" >${status}/exit_code`] },
  { plant: 'a number that no exit code can be', evil: [`echo 99999 >${status}/exit_code`] },
]

describe('in place of its exit code a container plants', () => {
  test.for(plants)('$plant: the daemon goes on, and believes none of it', async ({ evil }, { daemon, image, out }) => {
    const { container_name, pid } = await startEvil(daemon, image, out, evil)
    await daemon.client.start({ container_name: `beside-${container_name}`, image, container_command: ['exit 3'] })
    expect(await ended(daemon, `beside-${container_name}`)).toMatchObject({ exit_code: 3 })
    expect(await daemon.client.getcont({ container_name })).toMatchObject({
      state: 'running',
      exit_code: null,
      error: null,
    })

    expect(await daemon.client.stop({ container_name, timeout_s: 0 })).toMatchObject({ state: 'stopped' })
    expect(isAlive(pid ?? 0)).toBe(false)
    expect(await daemon.client.restart({ container_name })).toMatchObject({ state: 'running' })
    await daemon.client.stop({ container_name, timeout_s: 0 })
    await daemon.client.deletecont({ container_name })
    await daemon.client.deletecontdata({ container_name })
    expect(daemon.log()).not.toContain('root:x:0:0')
  })
})

describe('a container', () => {
  test('can not make the daemon delete what its links lead to', async ({ daemon, image, out, house }) => {
    const precious = house.folder('precious', containerAccount)
    writeFileSync(join(precious, 'file'), '')
    const { container_name } = await startEvil(daemon, image, out, [
      `ln -s ${precious} /link`,
      `ln -s ${precious} ${status}/link`,
      'rm -rf /srv && ln -s / /srv',
    ])
    await daemon.client.stop({ container_name, timeout_s: 0 })
    await daemon.client.deletecont({ container_name })
    await daemon.client.deletecontdata({ container_name })
    expect(existsSync(join(precious, 'file'))).toBe(true)
  })

  test('can not change its own start script, nor what it runs next time', async ({ daemon, image, out }) => {
    const { container_name } = await startEvil(daemon, image, out, [
      'echo "echo pwned >/out/pwned" >/.singularity.d/startscript',
      'rm -f /.singularity.d/startscript',
    ])
    await daemon.client.restart({ container_name, force: true })
    expect(existsSync(join(out, 'pwned'))).toBe(false)
  })

  test('sees no process, socket or folder of the host', async ({ daemon, image, out }) => {
    await startEvil(daemon, image, out, [
      'ls /proc | grep -c "^[0-9]" >/out/processes',
      `(ls -d ${daemon.home} ${daemon.socket} /opt /work /root/.ssh 2>/dev/null || true) >/out/folders`,
      'cat /proc/1/cmdline >/out/first',
    ])
    const read = (name: string) => readFileSync(join(out, name), 'utf8')
    expect(Number(read('processes'))).toBeLessThan(10)
    expect(read('folders')).toBe('')
    expect(read('first')).toContain('appinit')
  })

  test('is root inside and nobody outside: the kernel stays shut to it', async ({ daemon, image, out }) => {
    const before = readFileSync('/proc/sys/kernel/core_pattern', 'utf8')
    await startEvil(daemon, image, out, [
      'id -u >/out/id',
      '(echo "|/out/pwn" >/proc/sys/kernel/core_pattern) 2>/out/error && touch /out/pwned',
      'mknod /root/disk b 8 0 2>/dev/null && touch /out/pwned',
      '(echo b >/proc/sysrq-trigger) 2>/dev/null && touch /out/pwned',
      'chmod 4755 /out && touch /out/set-uid && chmod 4755 /out/set-uid',
      'true',
    ])
    expect(readFileSync(join(out, 'id'), 'utf8')).toBe('0\n')
    expect(existsSync(join(out, 'pwned'))).toBe(false)
    expect(readFileSync(join(out, 'error'), 'utf8')).toMatch(/permission denied|read-only|nonexistent/i)
    expect(readFileSync('/proc/sys/kernel/core_pattern', 'utf8')).toBe(before)
    expect(statSync(join(out, 'set-uid')).uid).toBe(containerAccount.uid)
  })
})
