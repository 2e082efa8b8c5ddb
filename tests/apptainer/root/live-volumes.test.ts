import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect } from 'vitest'
import { test as base, containerAccount, type Daemon, forever, inside, until } from '../../harness.ts'

/** A folder of the host that the containers may write to, with the file `note` in it. */
const test = base.extend('data', ({ house }) => {
  const folder = house.folder('data', containerAccount)
  writeFileSync(join(folder, 'note'), 'of the host\n')
  return folder
})

const start = (daemon: Daemon, image: string, container_name: string, container_command = [forever]) =>
  daemon.client.start({ container_name, image, container_command })

const post = async (daemon: Daemon, path: string, body: unknown) => (await daemon.request('POST', path, body)).body

describe('a volume added to a running container', () => {
  test('is seen by a process that was running there already, written through, and gone when it is removed', async ({
    daemon,
    image,
    data,
  }) => {
    const script = ['until test -e /data/note; do sleep 0.02; done', 'cat /data/note >/data/copy', 'sleep 1000']
    const { pid } = await start(daemon, image, 'seen', script)
    const volume = { container_name: 'seen', host_location: data, container_location: '/data' }
    expect(await daemon.client.createvolume(volume)).toEqual({
      status: 200,
      container_name: 'seen',
      binds: { [data]: '/data' },
      applied: 'live',
    })
    await until('the copy', () => existsSync(join(data, 'copy')))
    expect(readFileSync(join(data, 'copy'), 'utf8')).toBe('of the host\n')

    expect(await daemon.client.removevolume(volume)).toMatchObject({ binds: {}, applied: 'live' })
    expect(await inside(pid, 'ls -A /data')).toBe('')
    expect(readdirSync(data).sort()).toEqual(['copy', 'note'])
    expect(await daemon.client.getcont({ container_name: 'seen' })).toMatchObject({
      pid,
      state: 'running',
      volumes: [],
    })
  })

  test('read-only is that to root in the container too, and stays so after a restart', async ({
    daemon,
    image,
    data,
  }) => {
    const { pid } = await start(daemon, image, 'reader')
    const volume = {
      container_name: 'reader',
      host_location: data,
      container_location: '/deep/er/data',
      read_only: true,
    }
    await daemon.client.createvolume(volume)
    const refused = async (process: number | null) => {
      expect(await inside(process, 'cat /deep/er/data/note')).toBe('of the host\n')
      await expect(inside(process, 'echo x >/deep/er/data/note')).rejects.toThrow(/Read-only/)
      await expect(inside(process, 'mount -o remount,bind,rw /deep/er/data')).rejects.toThrow(/denied|permitted/)
      await expect(
        inside(process, 'mkdir /copy && mount --bind /deep/er/data /copy && echo x >/copy/note'),
      ).rejects.toThrow(/Read-only/)
    }
    await refused(pid)
    const again = await daemon.client.restart({ container_name: 'reader', force: true })
    expect(again.volumes).toEqual([{ host_location: data, container_location: '/deep/er/data', read_only: true }])
    await inside(again.pid, 'rmdir /copy')
    await refused(again.pid)
    expect(readFileSync(join(data, 'note'), 'utf8')).toBe('of the host\n')
  })

  test('can be a single file, and replaces nothing in the image', async ({ daemon, image, data }) => {
    const { pid } = await start(daemon, image, 'file')
    const file = join(data, 'note')
    for (const container_location of ['/made/for/it', '/etc/group']) {
      const volume = { container_name: 'file', host_location: file, container_location }
      expect(await daemon.client.createvolume(volume)).toMatchObject({ applied: 'live' })
      expect(await inside(pid, `cat ${container_location}`)).toBe('of the host\n')
      expect(await daemon.client.removevolume(volume)).toMatchObject({ applied: 'live' })
    }
    expect(await inside(pid, 'cat /etc/group')).toBe('root:x:0:\n')
  })

  test('takes the folders above it, which are made inside, as root of the container', async ({
    daemon,
    image,
    data,
  }) => {
    const { pid } = await start(daemon, image, 'made')
    await daemon.client.createvolume({ container_name: 'made', host_location: data, container_location: '/a/b/c' })
    expect(await inside(pid, 'stat -c %u:%g /a /a/b')).toBe('0:0\n0:0\n')
  })

  test('in use is a conflict; with force it goes all the same', async ({ daemon, image, data }) => {
    const { pid } = await start(daemon, image, 'busy', [
      'until test -e /data/note && cd /data; do sleep 0.02; done',
      forever,
    ])
    const volume = { container_name: 'busy', host_location: data, container_location: '/data' }
    await daemon.client.createvolume(volume)
    await until('it to be used', async () =>
      (await inside(pid, 'for p in /proc/[0-9]*; do readlink $p/cwd; done')).includes('/data'),
    )
    const body = await post(daemon, '/removevolume', volume)
    expect(body).toMatchObject({ status: 409, code: 'volume_busy' })
    expect(body.message).toMatch(/in use.*force/)
    expect(await inside(pid, 'cat /data/note')).toBe('of the host\n')
    expect(await daemon.client.removevolume({ ...volume, force: true })).toMatchObject({ applied: 'live', binds: {} })
    expect(await inside(pid, 'ls -A /data')).toBe('')
  })

  test('survives the daemon, and the next one can take it away', async ({ house, image, data }) => {
    const first = await house.start()
    const { pid } = await start(first, image, 'lasts')
    const volume = { container_name: 'lasts', host_location: data, container_location: '/data' }
    await first.client.createvolume(volume)
    await first.kill()
    const second = await house.start()
    expect(await inside(pid, 'cat /data/note')).toBe('of the host\n')
    expect(await second.client.removevolume(volume)).toMatchObject({ applied: 'live' })
    expect(await second.client.createvolume(volume)).toMatchObject({ applied: 'live' })
    expect(await inside(pid, 'cat /data/note')).toBe('of the host\n')
  })

  test('that was bound at the start can be taken away too', async ({ daemon, image, data, house }) => {
    const other = house.folder('other', containerAccount)
    const binds = { [data]: '/data', [other]: '/data/other' }
    const { pid } = await daemon.client.start({ container_name: 'early', image, binds, container_command: [forever] })
    const remove = (container_location: string) =>
      post(daemon, '/removevolume', { container_name: 'early', container_location })
    expect(await remove('/data')).toMatchObject({ status: 409, code: 'volume_busy', message: /\/data\/other/ })
    expect(await remove('/data/other')).toMatchObject({ status: 200, applied: 'live' })
    expect(await remove('/data')).toMatchObject({ status: 200, applied: 'live' })
    expect(await inside(pid, 'ls -A /data')).not.toContain('note')
  })

  test('leaves no mount behind on the host', async ({ daemon, image, data }) => {
    const mounts = () =>
      readFileSync('/proc/self/mountinfo', 'utf8')
        .split('\n')
        .filter((line) => line.includes(daemon.home))
    await start(daemon, image, 'tidy')
    const before = mounts()
    const volume = { container_name: 'tidy', host_location: data, container_location: '/data' }
    await daemon.client.createvolume(volume)
    expect(mounts()).toEqual(before)
    await daemon.client.stop({ container_name: 'tidy', timeout_s: 0 })
    expect(mounts()).toEqual(before)
  })

  test('waits for a paused container to go on', async ({ daemon, image, data }) => {
    await start(daemon, image, 'frozen')
    await daemon.client.pause({ container_name: 'frozen' })
    const volume = { container_name: 'frozen', host_location: data, container_location: '/data' }
    expect(await post(daemon, '/createvolume', volume)).toMatchObject({ status: 409, code: 'container_paused' })
    await daemon.client.resume({ container_name: 'frozen' })
    expect(await daemon.client.createvolume(volume)).toMatchObject({ applied: 'live' })
  })
})

describe('a container that means ill', () => {
  test('gains nothing by links in the way of a volume', async ({ daemon, image, data }) => {
    const { pid } = await start(daemon, image, 'links', [
      'mkdir /inside && echo mine >/inside/own && ln -s /inside /to-inside && ln -s /proc/1/root/inside /to-root',
      'ln -s ../../../../../../etc /up && ln -s /no/where /dangling && touch /ready',
      forever,
    ])
    await until('the links', () => inside(pid, 'test -e /ready && echo yes'))
    const hosts = () =>
      execFileSync(
        'ls',
        ['-laR', '/etc', '/inside', '/no'].filter((path) => existsSync(path)),
        { encoding: 'utf8' },
      )
    const before = hosts()
    const places = ['/to-inside/x', '/to-root/y', '/up/z', '/to-inside']
    for (const container_location of places) {
      const body = await post(daemon, '/createvolume', {
        container_name: 'links',
        host_location: data,
        container_location,
      })
      expect(body, container_location).toMatchObject({ status: 200, applied: 'live' })
    }
    expect(await inside(pid, 'cat /inside/note')).toBe('of the host\n')
    for (const container_location of places.toReversed()) {
      const body = await post(daemon, '/removevolume', { container_name: 'links', container_location })
      expect(body, container_location).toMatchObject({ status: 200, applied: 'live' })
    }
    expect(await inside(pid, 'cat /inside/own; grep -c /data- /proc/1/mountinfo || true')).toBe('mine\n0\n')
    expect(hosts()).toBe(before)
  })

  test('loses a volume also where it has bound it once more', async ({ daemon, image, data }) => {
    const { pid } = await start(daemon, image, 'keeps')
    const volume = { container_name: 'keeps', host_location: data, container_location: '/a/data' }
    await daemon.client.createvolume(volume)
    await inside(pid, 'mkdir /kept && mount --bind /a/data /kept')
    expect(await daemon.client.removevolume(volume)).toMatchObject({ applied: 'live' })
    expect(await inside(pid, 'ls -A /kept /a/data')).not.toContain('note')
  })

  test('loses a volume also when the host has renamed it, and put another in its place', async ({
    daemon,
    image,
    house,
  }) => {
    const around = house.folder('around', containerAccount)
    const folder = join(around, 'volume')
    mkdirSync(folder)
    writeFileSync(join(folder, 'note'), 'of the host\n')
    const { pid } = await start(daemon, image, 'renamed')
    const volume = { container_name: 'renamed', host_location: folder, container_location: '/data' }
    await daemon.client.createvolume(volume)
    await inside(pid, 'mkdir /copy && mount --bind /data /copy')
    renameSync(folder, join(around, 'aside'))
    mkdirSync(folder)
    expect(await daemon.client.removevolume(volume)).toMatchObject({ applied: 'live' })
    expect(await inside(pid, 'ls -A /data /copy')).not.toContain('note')
  })

  test('keeps no volume by a link in the place of another one', async ({ daemon, image, data, house }) => {
    const home = house.folder('home', containerAccount)
    const { pid } = await daemon.client.start({
      container_name: 'shifty',
      image,
      volume_name: home,
      container_command: [forever],
    })
    const volume = { container_name: 'shifty', host_location: data, container_location: '/data' }
    await daemon.client.createvolume(volume)
    await inside(
      pid,
      'mkdir /keep && mount --bind /data /keep && mount -t tmpfs none /home && ln -s /keep /home/nextpyter',
    )
    await daemon.client.removevolume(volume)
    expect(await inside(pid, 'ls -A /keep /data')).not.toContain('note')
    expect((await daemon.client.getcont({ container_name: 'shifty' })).volumes).toHaveLength(1)
  })

  test('can not hold the daemon up by a mkdir that never ends', async ({ daemon, image, data }) => {
    const { pid } = await start(daemon, image, 'stalls', [
      'rm /bin/mkdir && printf "#!/bin/sh\\nwhile :; do sleep 1; done\\n" >/bin/mkdir && chmod +x /bin/mkdir && touch /ready',
      forever,
    ])
    await until('the trap', () => inside(pid, 'test -e /ready && echo yes'))
    const volume = { container_name: 'stalls', host_location: data, container_location: '/new' }
    expect(await post(daemon, '/createvolume', volume)).toMatchObject({ status: 500, code: 'volume_failed' })
    expect(await daemon.client.getcont({ container_name: 'stalls' })).toMatchObject({ volumes: [], state: 'running' })
    expect(await inside(pid, 'grep -c /new /proc/1/mountinfo || true')).toBe('0\n')
  }, 60_000)

  test('gets what was checked, not what came into its place', async ({ daemon, image, house }) => {
    const shared = house.folder('shared', containerAccount)
    const secret = house.folder('secret')
    writeFileSync(join(secret, 'secret'), 'x')
    chmodSync(secret, 0o700)
    mkdirSync(join(shared, 'mine'))
    const volume = { container_name: 'swaps', host_location: join(shared, 'mine'), container_location: '/mine' }
    const { pid } = await start(daemon, image, 'swaps')
    await daemon.client.createvolume(volume)
    renameSync(join(shared, 'mine'), join(shared, 'other'))
    symlinkSync(secret, join(shared, 'mine'))
    const body = await post(daemon, '/restart', { container_name: 'swaps', force: true })
    expect(body).toMatchObject({ status: 400, code: 'invalid_volume', message: /it is a link to/ })
    expect(await daemon.client.getcont({ container_name: 'swaps' })).toMatchObject({ pid, state: 'running' })
    expect(await inside(pid, 'ls -A /mine')).toBe('')
  })
})

describe('a container that mounts without end', () => {
  test('holds nobody up', async ({ daemon, image, data }) => {
    const { pid } = await start(daemon, image, 'endless')
    const volume = { container_name: 'endless', host_location: data, container_location: '/data' }
    await daemon.client.createvolume(volume)
    const many = 'mkdir /t && mount -t tmpfs none /t && mkdir /t/s && mount --bind /data /t/s'
    const double = 'for i in 1 2 3 4 5 6 7 8 9 10 11 12; do mkdir /t/$i && mount -o rbind /t /t/$i; done'
    await inside(pid, `${many} && ${double}`)
    const began = performance.now()
    const removing = post(daemon, '/removevolume', { ...volume, force: true })
    await daemon.client.health({})
    expect(performance.now() - began).toBeLessThan(1000)
    expect(await removing).toMatchObject({ status: 500, message: /mounted \d+ times.*stop it/ })
    expect(await daemon.client.stop({ container_name: 'endless', timeout_s: 0 })).toMatchObject({ state: 'stopped' })
  })
})

describe('a volume that does not fit', () => {
  test('where the container has something else is the request’s mistake', async ({ daemon, image, data }) => {
    const { pid } = await start(daemon, image, 'misfit')
    await inside(pid, 'ln -s /proc /to-proc')
    const places = [
      [data, '/etc/passwd', /is a file there, and .* is a folder/],
      [join(data, 'note'), '/etc', /is a folder there, and .* is a file/],
      [data, '/to-proc', /leads to \/proc/],
      [data, '/to-proc/x', /leads to \/proc\/x/],
    ] as const
    for (const [host_location, container_location, message] of places) {
      const body = await post(daemon, '/createvolume', { container_name: 'misfit', host_location, container_location })
      expect(body, container_location).toMatchObject({ status: 400, code: 'invalid_volume', message })
    }
  })

  test('does not change hands', async ({ daemon, image, house }) => {
    const folder = house.folder('roots')
    const give = { container_name: 'keeps-off', host_location: folder, chown: true }
    await start(daemon, image, 'keeps-off')
    expect(await post(daemon, '/createvolume', { ...give, container_location: '/etc/passwd' })).toMatchObject({
      status: 400,
    })
    await daemon.client.pause({ container_name: 'keeps-off' })
    expect(await post(daemon, '/createvolume', { ...give, container_location: '/data' })).toMatchObject({ status: 409 })
    const volumes = [{ host_location: folder, container_location: '/data', chown: true }]
    expect(await post(daemon, '/start', { container_name: 'keeps-off', image, volumes })).toMatchObject({ status: 409 })
    expect(statSync(folder).uid).toBe(0)
  })

  test('is none of the host’s programs, nor what they live from', async ({ daemon, image }) => {
    await start(daemon, image, 'greedy')
    for (const host_location of ['/usr/bin/mount', '/usr/local/bin', '/var/lib/dpkg', '/root', '/bin/mount']) {
      const uid = statSync(host_location).uid
      const body = await post(daemon, '/createvolume', {
        container_name: 'greedy',
        host_location,
        container_location: '/x',
        chown: true,
      })
      expect(body, host_location).toMatchObject({ status: 400, code: 'invalid_volume' })
      expect(statSync(host_location).uid).toBe(uid)
    }
  })
})

describe('the host', () => {
  test('gives away only what the configuration allows', async ({ house, image }) => {
    const allowed = house.folder('allowed', containerAccount)
    mkdirSync(join(allowed, 'but-not'))
    mkdirSync(join(house.home, 'orchestrator'), { recursive: true })
    chmodSync(house.home, 0o755)
    const config = { allowed_volumes: [allowed], denied_volumes: [join(allowed, 'but-not')] }
    writeFileSync(join(house.home, 'orchestrator', 'config.json'), JSON.stringify(config))
    const daemon = await house.start()
    await start(daemon, image, 'picky')
    const add = (host_location: string) =>
      post(daemon, '/createvolume', { container_name: 'picky', host_location, container_location: '/data' })
    mkdirSync(join(allowed, 'fine'))
    for (const path of [house.folder('other', containerAccount), join(allowed, 'but-not'), allowed])
      expect(await add(path), path).toMatchObject({ status: 400, code: 'invalid_volume' })
    expect(await add(join(allowed, 'fine'))).toMatchObject({ status: 200, applied: 'live' })
  })

  test('hands a folder over where that is asked for, and only then', async ({ daemon, image, house }) => {
    const folder = house.folder('owned')
    mkdirSync(join(folder, 'below'))
    writeFileSync(join(folder, 'below', 'file'), '')
    symlinkSync('/etc/passwd', join(folder, 'link'))
    const { pid } = await start(daemon, image, 'owner')
    const volume = { container_name: 'owner', host_location: folder, container_location: '/data' }
    await daemon.client.createvolume(volume)
    await expect(inside(pid, 'echo x >/data/below/file')).rejects.toThrow(/denied/)
    await daemon.client.removevolume(volume)

    expect(await daemon.client.createvolume({ ...volume, chown: true })).toMatchObject({ applied: 'live' })
    await inside(pid, 'echo x >/data/below/file')
    expect(statSync(join(folder, 'below', 'file')).uid).toBe(containerAccount.uid)
    expect(statSync('/etc/passwd').uid).toBe(0)
  })

  test('keeps its files when data are deleted in which one of its folders is mounted', async ({
    daemon,
    image,
    house,
  }) => {
    const precious = house.folder('precious')
    writeFileSync(join(precious, 'file'), 'x')
    const { data_path } = await start(daemon, image, 'crossing')
    await daemon.client.stop({ container_name: 'crossing', timeout_s: 0 })
    await daemon.client.deletecont({ container_name: 'crossing' })
    const place = join(data_path, 'overlay', 'upper', 'left')
    mkdirSync(place)
    execFileSync('mount', ['--bind', precious, place])
    try {
      const body = await post(daemon, '/deletecontdata', { container_name: 'crossing' })
      expect(body.message).toContain(place)
      expect(existsSync(join(precious, 'file'))).toBe(true)
      expect(existsSync(place)).toBe(true)
    } finally {
      execFileSync('umount', [place])
    }
    expect(await daemon.client.deletecontdata({ container_name: 'crossing' })).toMatchObject({ removed: [data_path] })
    expect(readdirSync(precious)).toEqual(['file'])
  })
})
