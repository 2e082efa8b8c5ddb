import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, readFileSync, readlinkSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { describe, expect } from 'vitest'
import { type Daemon, forever, test } from '../harness.ts'

const read = async (daemon: Daemon, request: Parameters<Daemon['client']['readarchive']>[0]): Promise<Buffer> => {
  const chunks: Uint8Array[] = []
  for await (const chunk of await daemon.client.readarchive(request)) chunks.push(chunk)
  return Buffer.concat(chunks)
}

const listed = (tar: Buffer) =>
  execFileSync('tar', ['-tv', '--numeric-owner'], { input: tar, encoding: 'utf8' }).trim().split('\n')

const packed = (...args: string[]) => Readable.from([execFileSync('tar', ['-c', ...args])])

describe.for(['running', 'stopped'] as const)('the files of a container that is %s', (state) => {
  const name = { container_name: `files-${state}` }

  test.beforeAll(async ({ daemon, image }) => {
    await daemon.client.start({
      ...name,
      image,
      container_command: [
        'mkdir -p /srv/d /srv/links && echo hello >/srv/d/f && chmod 640 /srv/d/f && chown 12:34 /srv/d/f',
        'ln -s /srv/d/f /srv/links/absolute; ln -s /etc/hostname /srv/links/out; ln -s ../../../../etc/passwd /srv/links/up',
        forever,
      ],
    })
    if (state === 'stopped') await daemon.client.stop({ ...name, timeout_s: 0 })
  })

  test('come out with owner and mode', async ({ daemon }) => {
    expect(listed(await read(daemon, { ...name, path: '/srv/d' }))).toEqual([
      expect.stringMatching(/^drwxr-xr-x 0\/0 .* d\/$/),
      expect.stringMatching(/^-rw-r----- 12\/34 +6 .* d\/f$/),
    ])
  })

  test('are found inside, wherever a link leads', async ({ daemon }) => {
    expect(await daemon.client.stat({ ...name, path: '/srv/links/absolute' })).toMatchObject({
      type: 'link',
      link_target: '/srv/d/f',
      target_type: 'file',
    })
    const passwd = await read(daemon, { ...name, path: '/srv/links/up', follow_link: true })
    expect(passwd.toString('latin1')).toContain('root:x:0:0:root:/root:/bin/sh')
    expect(passwd.toString('latin1')).not.toContain(readFileSync('/etc/passwd', 'latin1').split('\n')[1])
  })

  test('go in, with mode, links and times', async ({ daemon, shared }) => {
    const from = shared.folder('from')
    mkdirSync(join(from, 'tree'))
    writeFileSync(join(from, 'tree', 'script'), 'x'.repeat(100_000))
    chmodSync(join(from, 'tree', 'script'), 0o751)
    symlinkSync('script', join(from, 'tree', 'link'))
    const written = await daemon.client.writearchive(
      { ...name, path: '/srv' },
      packed('-C', from, '--owner=0', '--group=0', 'tree'),
    )
    expect(written).toEqual({ status: 200, ...name, path: '/srv' })
    const to = shared.folder('to')
    execFileSync('tar', ['-x', '-C', to, '--no-same-owner'], {
      input: await read(daemon, { ...name, path: '/srv/tree' }),
    })
    expect(statSync(join(to, 'tree', 'script')).mode & 0o777).toBe(0o751)
    expect(readlinkSync(join(to, 'tree', 'link'))).toBe('script')
    expect(statSync(join(to, 'tree', 'script')).mtime).toEqual(
      new Date(Math.floor(statSync(join(from, 'tree', 'script')).mtimeMs / 1000) * 1000),
    )
  })

  test('are refused where they are not, or can not be', async ({ daemon }) => {
    for (const call of [
      () => read(daemon, { ...name, path: '/no/such' }),
      () => daemon.client.stat({ ...name, path: '/no/such' }),
    ])
      await expect(call()).rejects.toMatchObject({ status: 404, code: 'path_not_found' })
    await expect(
      daemon.client.writearchive({ ...name, path: '/srv/d/f' }, packed('-C', '/etc', 'hostname')),
    ).rejects.toMatchObject({ status: 400 })
    await expect(
      daemon.client.writearchive({ ...name, path: '/srv' }, Readable.from(['no archive at all'])),
    ).rejects.toMatchObject({ status: 400 })
  })
})

test('nothing of a stopped container runs when its files are looked at', async ({ daemon, image }) => {
  const name = { container_name: 'trap' }
  const trap = 'mkdir -p /.singularity.d/env; echo "touch /ran; sleep 60" >/.singularity.d/env/99-trap.sh'
  await daemon.client.start({ ...name, image, container_command: [trap] })
  await daemon.client.wait({ ...name, timeout_s: 10 })
  const began = performance.now()
  expect(await daemon.client.stat({ ...name, path: '/.singularity.d/env' })).toMatchObject({ type: 'folder' })
  await expect(daemon.client.stat({ ...name, path: '/ran' })).rejects.toMatchObject({ code: 'path_not_found' })
  expect(performance.now() - began).toBeLessThan(20_000)
})

test('a stopped container starts with what was put into it', async ({ daemon, image, shared }) => {
  const name = { container_name: 'fed' }
  const own = shared.folder('own')
  writeFileSync(join(own, 'word'), 'from outside\n')
  await daemon.client.start({ ...name, image, container_command: ['cat /tmp/word || true'] })
  await daemon.client.wait({ ...name, timeout_s: 10 })
  await daemon.client.writearchive({ ...name, path: '/tmp' }, packed('-C', own, 'word'))
  await daemon.client.restart(name)
  await daemon.client.wait({ ...name, timeout_s: 10 })
  const lines: unknown[] = []
  for await (const item of daemon.client.stream.logs({ ...name, stream: 'stdout' })) lines.push(item)
  expect(lines).toMatchObject([{ text: 'from outside' }])
})
