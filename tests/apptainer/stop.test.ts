import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect } from 'vitest'
import { forever, isAlive, test, until } from '../harness.ts'

describe('stop', () => {
  test('lets the command clean up: it gets SIGTERM, and its exit code is kept', async ({ daemon, image }) => {
    const { data_path } = await daemon.client.start({
      container_name: 'trap',
      image,
      container_command: ['trap "echo clean >/root/trapped; exit 4" TERM', 'touch /root/ready', forever],
    })
    await until('the trap to be set', () => existsSync(join(data_path, 'overlay/upper/root/ready')))

    expect(await daemon.client.stop({ container_name: 'trap' })).toMatchObject({
      state: 'stopped',
      exit_code: 4,
      container_active: false,
    })
    expect(readFileSync(join(data_path, 'overlay/upper/root/trapped'), 'utf8')).toBe('clean\n')
  })

  test('ends what ignores SIGTERM when its time is up, not before', async ({ daemon, image }) => {
    const { pid, data_path } = await daemon.client.start({
      container_name: 'stubborn',
      image,
      container_command: ['trap "" TERM', 'touch /root/ready', forever],
    })
    await until('the trap to be set', () => existsSync(join(data_path, 'overlay/upper/root/ready')))
    const began = performance.now()
    await daemon.client.stop({ container_name: 'stubborn', timeout_s: 1 })

    expect(performance.now() - began).toBeGreaterThan(1000)
    expect(performance.now() - began).toBeLessThan(3000)
    expect(isAlive(pid ?? 0)).toBe(false)
    expect(await daemon.client.getcont({ container_name: 'stubborn' })).toMatchObject({ state: 'stopped' })
  })

  test('of an idle container does not wait for the time to be up', async ({ daemon, image }) => {
    await daemon.client.start({ container_name: 'idle', image })
    const began = performance.now()
    await daemon.client.stop({ container_name: 'idle' })
    expect(performance.now() - began).toBeLessThan(3000)
  })

  test('is refused when it does not run, and when nobody knows it', async ({ daemon, image }) => {
    await daemon.client.start({ container_name: 'twice', image })
    const both = await Promise.all([1, 2].map(() => daemon.request('POST', '/stop', { container_name: 'twice' })))
    expect(both.map((answer) => answer.status).sort()).toEqual([200, 409])
    expect(both.find((answer) => answer.status === 409)?.body).toMatchObject({ code: 'not_running' })
    expect((await daemon.request('POST', '/stop', { container_name: 'nobody' })).body).toMatchObject({
      status: 404,
      code: 'container_not_found',
    })
  })

  test('of one container does not hold up another', async ({ daemon, image }) => {
    await daemon.client.start({ container_name: 'slow', image, container_command: ['trap "" TERM', forever] })
    const stopping = daemon.client.stop({ container_name: 'slow', timeout_s: 3 })
    await daemon.client.start({ container_name: 'beside', image })
    await daemon.client.stop({ container_name: 'beside' })
    expect(await daemon.client.getcont({ container_name: 'slow' })).toMatchObject({ state: 'running' })
    expect(await stopping).toMatchObject({ state: 'stopped' })
  })
})
