import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect } from 'vitest'
import { openContainerMounts } from '../../../packages/daemon/src/host/mounts/container.ts'
import { NotVisibleError } from '../../../packages/daemon/src/host/mounts/errors.ts'
import { readMounts } from '../../../packages/daemon/src/host/mounts/mountinfo.ts'
import { identify } from '../../../packages/daemon/src/host/process.ts'
import { bindLive, mountedIn, mountMemory, test } from './handmade.ts'

describe('a volume bound into a running container', () => {
  test('is there, can be written, and nothing of its way is left', async ({ hub, container, volume, folder }) => {
    const before = await mountedIn(folder)
    expect(await bindLive(hub, container, volume, '/deep/er/data')).toBe('/deep/er/data')
    expect(container.run('echo text >/deep/er/data/file; ls -A /deep/er/data; ls -A /.aptorch/volumes')).toBe(
      'file\nsub',
    )
    expect(readFileSync(join(volume, 'file'), 'utf8')).toBe('text\n')
    expect(await mountedIn(folder)).toEqual(before)
    await using inside = await openContainerMounts(container.identity, [])
    const points = (await inside.list()).map(({ point }) => point)
    expect(points).toEqual(['/', '/.aptorch', '/proc', '/deep/er/data'])
  })

  test('read-only, is so for its root too, with all that is mounted in it', async ({ hub, container, volume }) => {
    mountMemory(join(volume, 'sub'))
    writeFileSync(join(volume, 'sub/kept'), '')
    await bindLive(hub, container, volume, '/data', { readOnly: true })
    expect(container.run('ls /data/sub')).toBe('kept') // though what it came from is gone
    for (const attempt of [
      'echo >/data/file',
      'rm /data/sub/kept',
      'mount -o remount,bind,rw /data && echo >/data/file',
      'mount -o remount,rw /data && echo >/data/file',
      'mount -o remount,bind,rw /data/sub && echo >/data/sub/file',
      'umount /data/sub',
      'mkdir /copy && mount --bind /data/sub /copy && mount -o remount,bind,rw /copy && echo >/copy/file',
      'unshare -m mount -o remount,bind,rw /data && echo >/data/file',
      'mount -o remount,bind,suid,dev /data',
    ])
      expect(() => container.run(attempt), attempt).toThrow(/Read-only|denied|permitted|Invalid/)
    expect(readdirSync(volume)).toEqual(['sub'])
  })

  test('can be a file', async ({ hub, container, folder }) => {
    const file = join(folder, 'file.conf')
    writeFileSync(file, 'of the host')
    await bindLive(hub, container, file, '/new/folder/file.conf', { readOnly: true })
    expect(container.run('cat /new/folder/file.conf')).toBe('of the host')
    container.run('echo of the image >/there.conf')
    await bindLive(hub, container, file, '/there.conf')
    expect(container.run('cat /there.conf')).toBe('of the host')
    await expect(bindLive(hub, container, file, '/etc')).rejects.toThrow(/not a directory/i)
  })

  test('lands where the path leads in the container, and nowhere else', async ({ hub, container, volume }) => {
    container.run('mkdir /real; ln -s /real /link; ln -s /etc /elsewhere; ln -s /proc/1/root/real /through')
    expect(await bindLive(hub, container, volume, '/link')).toBe('/real')
    expect(await bindLive(hub, container, volume, '/elsewhere')).toBe('/etc') // the container's
    expect(await bindLive(hub, container, volume, '/through')).toBe('/real')
    container.run('ln -s nowhere/at/all /dangling')
    await expect(bindLive(hub, container, volume, '/dangling')).rejects.toThrow(/dangling/)
    expect((await readMounts()).filter(({ root }) => root === volume)).toEqual([])
  })

  test('does not appear in a container that was started without the hub', async ({ hub, apart, volume }) => {
    await expect(bindLive(hub, apart, volume, '/data')).rejects.toThrow(NotVisibleError)
  })
})

describe('what makes a missing folder', () => {
  test('is the container’s code, with all its confines and nothing of ours', async ({
    hub,
    container,
    volume,
    folder,
  }) => {
    const procs = join(folder, 'cgroup.procs')
    writeFileSync(procs, '')
    container.run(
      `rm /bin/mkdir; cat >/bin/mkdir <<'X'
#!/bin/sh
{ for n in /proc/$$/fd/*; do readlink $n; done; echo; grep NoNewPrivs /proc/self/status; env | sort; for n in /proc/self/ns/*; do readlink $n; done; } >/seen
exec /bin/busybox mkdir "$@"
X
chmod 755 /bin/mkdir; for n in /proc/self/ns/*; do readlink $n; done >/own`,
    )
    await bindLive(hub, container, volume, '/data', { procsFiles: [procs] })
    const [descriptors = '', seen = ''] = container.run('cat /seen').split('\n\n')
    const known = /^(\/dev\/null|\/bin\/mkdir|\/seen|(pipe|socket):.*)$/
    expect(descriptors.split('\n').filter((target) => !known.test(target))).toEqual([])
    const [noNewPrivileges, ...rest] = seen.split('\n')
    expect(noNewPrivileges).toMatch(/1$/)
    const environment = rest.filter((line) => line.includes('='))
    expect(environment.map((line) => line.split('=')[0])).toEqual(['LANG', 'PATH', 'PWD', 'SHLVL'])
    expect(rest.filter((line) => !line.includes('='))).toEqual(container.run('cat /own').split('\n'))
    expect(readFileSync(procs, 'utf8')).toMatch(/^\d+\n$/)
  })

  test('is not started when its cgroup can not be entered', async ({ hub, container, volume, folder }) => {
    await expect(
      bindLive(hub, container, volume, '/data', { procsFiles: [join(folder, 'none', 'cgroup.procs')] }),
    ).rejects.toThrow(/could not be made/)
    expect(container.run('ls -d /data || true')).toBe('')
  })
})

describe('the mounts of a process', () => {
  test('are not opened for one that is in no container, or has ended', async ({ container }) => {
    const own = identify(process.pid)
    if (!own) throw new Error('this process is not there')
    await expect(openContainerMounts(own, [])).rejects.toThrow(/the host's own mnt namespace/)
    const { identity } = container
    await expect(openContainerMounts({ ...identity, start_time: 1 }, [])).rejects.toThrow(/has ended/)
    await using inside = await openContainerMounts(identity, [])
    await container.end()
    await expect(inside.list()).rejects.toThrow(/has ended/)
    await expect(inside.unbind('/', false)).rejects.toThrow(/has ended/)
    await expect(openContainerMounts(identity, [])).rejects.toThrow(/has ended/)
  })
})
