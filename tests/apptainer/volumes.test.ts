import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect } from 'vitest'
import { test as base, containerAccount, type Daemon, runToEnd } from '../harness.ts'

/** A folder of the host that the containers may write to, with the file `note` in it. */
const test = base.extend('data', ({ house }) => {
  const folder = house.folder('data', containerAccount)
  writeFileSync(join(folder, 'note'), 'of the host\n')
  return folder
})

describe('a folder of the host', () => {
  test('given as volume_name is the home that notebook platforms expect', async ({ daemon, image, data }) => {
    const container_command = ['cat /home/nextpyter/note >/home/nextpyter/copy']
    const { started } = await runToEnd(daemon, { container_name: 'home', image, volume_name: data, container_command })
    expect(started.binds).toEqual({ [data]: '/home/nextpyter' })
    expect(readFileSync(join(data, 'copy'), 'utf8')).toBe('of the host\n')
  })

  test('given in binds or volumes is there, to read or to write as asked', async ({ daemon, image, data, house }) => {
    const other = house.folder('other', containerAccount)
    const third = house.folder('third', containerAccount)
    const { started, ended } = await runToEnd(daemon, {
      container_name: 'given',
      image,
      binds: { [data]: '/deep/er/data' },
      volumes: [
        { host_location: other, container_location: '/ro', read_only: true },
        { host_location: third, container_location: '/rw/' },
      ],
      container_command: [
        'grep -q host /deep/er/data/note || exit 1',
        'touch /deep/er/data/written || exit 2',
        'touch /ro/written 2>/dev/null && exit 3',
        'touch /rw/written || exit 4',
      ],
    })
    expect(ended).toMatchObject({ exit_code: 0 })
    expect([data, other, third].map((folder) => existsSync(join(folder, 'written')))).toEqual([true, false, true])
    expect(started.volumes).toEqual([
      { host_location: data, container_location: '/deep/er/data', read_only: false },
      { host_location: other, container_location: '/ro', read_only: true },
      { host_location: third, container_location: '/rw', read_only: false },
    ])
  })

  test('can be a single file', async ({ daemon, image, data }) => {
    const { started, ended } = await runToEnd(daemon, {
      container_name: 'single',
      image,
      binds: { [join(data, 'note')]: '/made/for/note' },
      container_command: ['grep -q host /made/for/note'],
    })
    expect(ended).toMatchObject({ exit_code: 0 })
    expect(started.binds).toEqual({ [join(data, 'note')]: '/made/for/note' })
  })

  test('over a place of the image that has files hides those, and changes none', async ({ daemon, image, data }) => {
    const container_command = ['test -e /etc/note && ! test -e /etc/passwd']
    const { ended } = await runToEnd(daemon, {
      container_name: 'over',
      image,
      binds: { [data]: '/etc' },
      container_command,
    })
    expect(ended).toMatchObject({ exit_code: 0 })
    expect(existsSync(join(data, 'note'))).toBe(true)
  })

  test('named through a link is bound as what it is', async ({ daemon, image, data, house }) => {
    const link = join(house.folder('links'), 'link')
    symlinkSync(data, link)
    const started = await daemon.client.start({ container_name: 'link', image, binds: { [link]: '/data' } })
    expect(started.binds).toEqual({ [data]: '/data' })
  })

  test('outlives the data of its container', async ({ daemon, image, data }) => {
    await runToEnd(daemon, {
      container_name: 'outlived',
      image,
      binds: { [data]: '/data' },
      container_command: ['touch /data/mine'],
    })
    await daemon.client.deletecont({ container_name: 'outlived' })
    await daemon.client.deletecontdata({ container_name: 'outlived' })
    expect(existsSync(join(data, 'mine'))).toBe(true)
  })
})

describe('a start is refused, with the name of the field, for a volume', () => {
  const refused = async (daemon: Daemon, image: string, host: string) => {
    const { body } = await daemon.request('POST', '/start', {
      container_name: 'bad',
      image,
      binds: { [host]: '/data' },
    })
    expect((await daemon.request('GET', '/getcont', { container_name: 'bad' })).status).toBe(404)
    return body
  }

  test('that is not there, or neither folder nor file', async ({ daemon, image, data }) => {
    expect(await refused(daemon, image, join(data, 'none'))).toMatchObject({ status: 400, code: 'invalid_volume' })
    execFileSync('mkfifo', [join(data, 'pipe')])
    expect(await refused(daemon, image, join(data, 'pipe'))).toMatchObject({ status: 400, code: 'invalid_volume' })
    expect((await refused(daemon, image, join(data, 'note', 'x'))).message).toContain(join(data, 'note', 'x'))
  })

  test("that is the host's own, or the orchestrator's, however it is named", async ({ daemon, image, house }) => {
    const links = house.folder('links')
    symlinkSync(join(daemon.home, 'orchestrator'), join(links, 'orchestrator'))
    symlinkSync('/', join(links, 'root'))
    mkdirSync(join(links, 'fine'))
    const own = [
      ...['/', '/proc', '/proc/sys', '/sys', '/dev', '/run', '/proc/self/root', join(links, 'root', 'proc')],
      ...[daemon.home, join(daemon.home, 'orchestrator'), join(links, 'orchestrator')],
      join(links, 'root'),
    ]
    for (const host of own)
      expect(await refused(daemon, image, host), host).toMatchObject({ status: 400, code: 'invalid_volume' })
    const above = join(daemon.home, '..')
    expect(await refused(daemon, image, above), above).toMatchObject({ status: 400, code: 'invalid_volume' })
  })

  test('that comes twice in one place', async ({ daemon, image, data, house }) => {
    const binds = { [data]: '/data', [house.folder('other')]: '/data/' }
    const answer = await daemon.request('POST', '/start', { container_name: 'bad', image, binds })
    expect(answer.body).toMatchObject({ status: 409, code: 'bind_exists' })
  })
})
