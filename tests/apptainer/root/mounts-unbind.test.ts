import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect } from 'vitest'
import { openContainerMounts } from '../../../packages/daemon/src/host/mounts/container.ts'
import { BusyError } from '../../../packages/daemon/src/host/mounts/errors.ts'
import { fileSystemPlaceOf } from '../../../packages/daemon/src/host/mounts/place.ts'
import { type BoundPlace, unbindVolume } from '../../../packages/daemon/src/host/mounts/unbind-volume.ts'
import { bindLive, type Handmade, mountMemory, openAt, test } from './handmade.ts'

/** Takes a volume out as the daemon does; the mount points that are left but for the container's own. */
const unbind = async (
  { identity }: Handmade,
  volume: string,
  others: Readonly<Record<string, string>> = {},
  force = false,
) => {
  await using inside = await openContainerMounts(identity, [])
  const rest = await Promise.all(Object.entries(others).map(([point, host]) => bound(point, host)))
  await unbindVolume(inside, await bound('/data', volume), rest, force)
  return (await inside.list()).map(({ point }) => point).filter((point) => !['/', '/.aptorch', '/proc'].includes(point))
}

/** A volume of the host, at a point of the container. */
const bound = async (point: string, host: string): Promise<BoundPlace> => {
  await using place = await openAt(host)
  return { point, place: await fileSystemPlaceOf(place) }
}

/** Has a process of the container stay in a folder; returns how to end it. */
const stayIn = async ({ identity }: Handmade, folder: string) => {
  const enter = [`--target=${identity.pid}`, '--user', '--mount', '--pid', '--']
  const child = spawn('nsenter', [...enter, 'sh', '-c', `cd ${folder} && echo there && read x`], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  await once(child.stdout, 'data')
  return async () => {
    child.stdin.end()
    await once(child, 'exit')
  }
}

describe('a volume taken out of a running container', () => {
  const names = ['/data', '/da,ta: x', '/back\\040slash\\', '/tab\tand é', '/-rf']
  test.for(names)('is gone from %s', async (name, { hub, container, volume }) => {
    await bindLive(hub, container, volume, name)
    expect(await unbind(container, volume)).toEqual([])
    expect(await unbind(container, volume)).toEqual([]) // already gone
    await bindLive(hub, container, volume, name)
    expect(await unbind(container, volume, {}, true)).toEqual([])
  })

  test('is a file', async ({ hub, container, folder }) => {
    const file = join(folder, 'file')
    writeFileSync(file, 'of the host')
    for (const force of [false, true]) {
      await bindLive(hub, container, file, '/etc/file')
      expect(await unbind(container, file, {}, force)).toEqual([])
    }
    expect(container.run('cat /etc/file')).toBe('')
  })

  test('stays while it is in use, unless forced', async ({ hub, container, volume }) => {
    await bindLive(hub, container, volume, '/data')
    const leave = await stayIn(container, '/data')
    await expect(unbind(container, volume)).rejects.toThrow(BusyError)
    expect(container.run('ls /data')).toBe('sub')
    expect(await unbind(container, volume, {}, true)).toEqual([])
    await leave()
  })

  test('stays while something is mounted in it, unless forced', async ({ hub, container, volume }) => {
    mountMemory(join(volume, 'sub'))
    await bindLive(hub, container, volume, '/data')
    await expect(unbind(container, volume)).rejects.toThrow('/data/sub is mounted in it')
    expect(await unbind(container, volume, {}, true)).toEqual([])
    await bindLive(hub, container, join(volume, 'sub'), '/data')
    container.run('mount -t tmpfs over /data')
    await expect(unbind(container, join(volume, 'sub'))).rejects.toThrow(/^\/data is mounted in it/)
    expect(await unbind(container, join(volume, 'sub'), {}, true)).toEqual([])
  })

  test('is found wherever the container has it', async ({ hub, container, volume, folder }) => {
    mkdirSync(join(folder, 'volume2'))
    await bindLive(hub, container, volume, '/parent/data')
    await bindLive(hub, container, join(folder, 'volume2'), '/parent/other')
    await bindLive(hub, container, join(volume, 'sub'), '/sub')
    await bindLive(hub, container, volume, '/twice')
    await bindLive(hub, container, volume, '/parent/data') // on top of the first
    container.run(`
      mkdir /copy /copy-of-sub
      mount --bind /parent/data /copy
      mount --bind /parent/data/sub /copy-of-sub
      mount --bind /parent/data /parent/data/sub
      mv /parent /moved`)
    renameSync(volume, join(folder, 'renamed'))
    const others = { '/sub': join(folder, 'renamed/sub'), '/twice': join(folder, 'renamed') }
    expect((await unbind(container, join(folder, 'renamed'), others)).sort()).toEqual([
      '/moved/other',
      '/sub',
      '/twice',
    ])
  })

  test('leaves another volume where it is, also when that is mounted in it', async ({
    hub,
    container,
    volume,
    folder,
  }) => {
    const other = join(folder, 'other')
    mkdirSync(other)
    await bindLive(hub, container, volume, '/data')
    await bindLive(hub, container, other, '/data/sub')
    for (const force of [false, true])
      await expect(unbind(container, volume, { '/data/sub': other }, force)).rejects.toThrow(
        'another volume is mounted in it, at /data/sub',
      )
    expect(await unbind(container, other, { '/data': volume })).toEqual(['/data'])
    expect(await unbind(container, volume)).toEqual([])
  })

  test('that is removed on the host meanwhile is still itself', async ({ hub, container, volume }) => {
    await bindLive(hub, container, volume, '/data')
    await using place = await openAt(volume)
    const where = await fileSystemPlaceOf(place)
    execFileSync('rm', ['-r', volume])
    await using inside = await openContainerMounts(container.identity, [])
    await unbindVolume(inside, { point: '/data', place: where }, [], false)
    expect((await inside.list()).some(({ point }) => point === '/data')).toBe(false)
  })

  test('is said to be there when the container hides it', async ({ hub, container, volume }) => {
    await bindLive(hub, container, volume, '/hidden/data')
    container.run('mount -t tmpfs over /hidden')
    for (const force of [false, true])
      await expect(unbind(container, volume, {}, force)).rejects.toThrow(/\/hidden\/data/)
    container.run('umount /hidden')
    expect(await unbind(container, volume)).toEqual([])
  })

  test('is gone though the container shows no /proc, or a false one', async ({ hub, container, volume }) => {
    await bindLive(hub, container, volume, '/data')
    container.run('mount -t tmpfs none /proc')
    expect(await unbind(container, volume)).toEqual([])
    container.run('mkdir /proc/self; echo >/proc/self/mountinfo')
    for (const force of [false, true]) {
      await bindLive(hub, container, volume, '/data')
      expect(await unbind(container, volume, {}, force)).toEqual([])
    }
  })
})
