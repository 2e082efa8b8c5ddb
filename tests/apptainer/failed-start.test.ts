import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect } from 'vitest'
import { containerAccount, containersOf, ended, test } from '../harness.ts'

/** Apptainer can't bind a folder over a file: the start fails late, when nearly all is in place. */
const impossible = (image: string, host: string) => ({ image, binds: { [host]: '/bin/busybox' } })

describe('a start that fails', () => {
  test('leaves nothing but a failed record, which says why', async ({ house, image }) => {
    const daemon = await house.start()
    const request = { container_name: 'bad', ...impossible(image, house.folder('data')) }
    const { body } = await daemon.request('POST', '/start', request)
    expect(body).toMatchObject({ status: 400, code: 'invalid_volume', fault: 'request' })
    expect(body.message).toMatch(/the volume at "\/bin\/busybox" is a folder over a file/)

    const bad = await daemon.client.getcont({ container_name: 'bad' })
    expect(bad).toMatchObject({
      state: 'failed',
      container_active: false,
      exit_code: null,
      error: body.message,
      pid: null,
    })
    expect(existsSync(bad.data_path)).toBe(false)
    expect(existsSync(join(house.home, 'orchestrator', 'run', 'bad'))).toBe(false)
    expect(containersOf(house.home)).toEqual([])
  })

  test('frees its name with deletecont, not before', async ({ house, image }) => {
    const daemon = await house.start()
    const request = { container_name: 'bad', ...impossible(image, house.folder('data')) }
    await daemon.request('POST', '/start', request)
    expect((await daemon.request('POST', '/start', { container_name: 'bad', image })).body).toMatchObject({
      status: 409,
      code: 'name_taken',
    })
    expect((await daemon.request('POST', '/stop', { container_name: 'bad' })).body).toMatchObject({
      status: 409,
      code: 'not_running',
    })
    await daemon.client.deletecont({ container_name: 'bad' })
    expect((await daemon.request('POST', '/deletecontdata', { container_name: 'bad' })).body).toMatchObject({
      code: 'data_not_found',
    })
    expect(await daemon.client.start({ container_name: 'bad', image })).toMatchObject({ state: 'running' })
  })

  test('never costs the data that were there before', async ({ house, image }) => {
    const daemon = await house.start()
    await daemon.client.start({ container_name: 'heir', image, container_command: ['echo precious >/root/note'] })
    await ended(daemon, 'heir')
    const volume = { container_name: 'heir', host_location: house.folder('data'), container_location: '/bin/busybox' }
    await daemon.client.createvolume(volume)
    expect((await daemon.request('POST', '/restart', { container_name: 'heir' })).body).toMatchObject({
      code: 'invalid_volume',
    })
    expect(await daemon.client.getcont({ container_name: 'heir' })).toMatchObject({ state: 'failed' })

    await daemon.client.deletecont({ container_name: 'heir' })
    await daemon.request('POST', '/start', { container_name: 'heir', ...impossible(image, volume.host_location) })
    await daemon.client.deletecont({ container_name: 'heir' })
    await daemon.client.start({ container_name: 'heir', image, container_command: ['grep -q precious /root/note'] })
    expect(await ended(daemon, 'heir')).toMatchObject({ exit_code: 0 })
  })

  test('for a working directory that can not be made says so by its exit code', async ({ house, image }) => {
    const daemon = await house.start()
    await daemon.client.start({
      container_name: 'nowhere',
      image,
      working_dir: '/etc/passwd/x',
      container_command: ['true'],
    })
    expect(await ended(daemon, 'nowhere')).toMatchObject({ state: 'exited', exit_code: 126 })
  })

  test('does not touch the folder that it would have bound', async ({ house, image }) => {
    const daemon = await house.start()
    const data = house.folder('data', containerAccount)
    writeFileSync(join(data, 'mine'), '')
    await daemon.request('POST', '/start', { container_name: 'bad', ...impossible(image, data) })
    expect(existsSync(join(data, 'mine'))).toBe(true)
  })
})
