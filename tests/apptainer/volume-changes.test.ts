import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect } from 'vitest'
import { test as base, containerAccount, ended, runToEnd } from '../harness.ts'

/** A folder of the host that the containers may write to, with the file `note` in it. */
const test = base.extend('data', ({ house }) => {
  const folder = house.folder('data', containerAccount)
  writeFileSync(join(folder, 'note'), 'of the host\n')
  return folder
})

describe('createvolume', () => {
  const volume = (host_location: string, more = {}) => ({
    container_name: 'changes',
    host_location,
    container_location: '/data',
    ...more,
  })

  test('binds from the next restart on, and removevolume takes it out again', async ({ house, image, data }) => {
    const daemon = await house.start()
    const out = house.folder('out', containerAccount)
    await runToEnd(daemon, {
      container_name: 'changes',
      image,
      binds: { [out]: '/out' },
      container_command: ['ls /data >/out/seen 2>&1; touch /data/try 2>/dev/null; exit 0'],
    })
    const seen = async () => {
      await daemon.client.restart({ container_name: 'changes' })
      await ended(daemon, 'changes')
      return readFileSync(join(out, 'seen'), 'utf8')
    }

    expect(await daemon.client.createvolume(volume(data, { read_only: true }))).toEqual({
      status: 200,
      container_name: 'changes',
      binds: { [out]: '/out', [data]: '/data' },
      applied: 'on_restart',
    })
    expect(await seen()).toBe('note\n')
    expect(existsSync(join(data, 'try'))).toBe(false)

    expect(await daemon.client.removevolume(volume(data))).toMatchObject({
      binds: { [out]: '/out' },
      applied: 'on_restart',
    })
    expect(await seen()).not.toContain('note')
  })

  test('on a running container leaves it running', async ({ daemon, image, data }) => {
    const { pid } = await daemon.client.start({ container_name: 'running', image })
    await daemon.client.createvolume(volume(data, { container_name: 'running' }))
    expect(await daemon.client.getcont({ container_name: 'running' })).toMatchObject({
      state: 'running',
      pid,
      volumes: [{ host_location: data, container_location: '/data', read_only: false }],
    })
  })

  test('refuses a place that is taken, and removevolume what is not there', async ({ daemon, image, data, house }) => {
    await daemon.client.start({ container_name: 'changes', image, binds: { [data]: '/data' } })
    const other = house.folder('other')
    const post = async (path: string, body: unknown) => (await daemon.request('POST', path, body)).body
    expect(await post('/createvolume', volume(other))).toMatchObject({ status: 409, code: 'bind_exists' })
    expect(await post('/createvolume', volume(other, { container_location: '//data/' }))).toMatchObject({ status: 409 })
    expect(await post('/removevolume', volume(data, { container_location: '/elsewhere' }))).toMatchObject({
      status: 404,
      code: 'volume_not_found',
    })
    expect(await post('/removevolume', volume(other))).toMatchObject({ status: 404, code: 'volume_not_found' })
    expect(await post('/deletevolume', { container_name: 'changes', container_location: '/data/' })).toMatchObject({
      status: 200,
      binds: {},
    })
  })
})
