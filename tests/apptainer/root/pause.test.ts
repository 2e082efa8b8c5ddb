import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect } from 'vitest'
import { test as base, containerAccount, type Daemon, processesIn, until } from '../../harness.ts'

/** Starts a container that counts on, and a look at how far it is. */
const test = base.extend('count', ({ house, image }) => async (daemon: Daemon, container_name: string) => {
  const folder = house.folder('count', containerAccount)
  await daemon.client.start({
    container_name,
    image,
    binds: { [folder]: '/out' },
    container_command: ['i=0; while :; do i=$((i+1)); echo $i >/out/new; mv /out/new /out/count; sleep 0.01; done'],
  })
  const look = () => Number(readFileSync(join(folder, 'count'), 'utf8'))
  await until('it to count', () => {
    try {
      return look() > 0
    } catch {
      return false
    }
  })
  return look
})

const standsStill = async (look: () => number) => {
  const before = look()
  await sleep(300)
  return look() === before
}

describe('pause', () => {
  test('stops a counter, and resume lets it go on', async ({ daemon, count }) => {
    const look = await count(daemon, 'counter')
    const paused = await daemon.client.pause({ container_name: 'counter' })
    expect(paused).toEqual({ status: 200, container_name: 'counter', container_active: true, state: 'paused' })
    expect(await standsStill(look)).toBe(true)
    expect(await daemon.client.getcont({ container_name: 'counter' })).toMatchObject({ state: 'paused' })
    expect((await daemon.client.getallcont({ state: 'paused' })).map((one) => one.container_name)).toEqual(['counter'])

    expect(await daemon.client.resume({ container_name: 'counter' })).toMatchObject({ state: 'running' })
    const before = look()
    await until('it to count on', () => look() > before)
  })

  test('twice, or of what does not run, is a conflict', async ({ daemon, count }) => {
    await count(daemon, 'once')
    const post = async (path: string) => (await daemon.request('POST', path, { container_name: 'once' })).body
    expect(await post('/resume')).toMatchObject({ status: 409, code: 'not_paused' })
    await post('/pause')
    expect(await post('/pause')).toMatchObject({ status: 409, code: 'already_paused' })
    expect(await post('/restart')).toMatchObject({ status: 409, code: 'already_running' })
    expect(await post('/deletecont')).toMatchObject({ status: 422, code: 'container_active' })
    await daemon.client.stop({ container_name: 'once' })
    expect(await post('/pause')).toMatchObject({ status: 409, code: 'not_running' })
    expect(await post('/resume')).toMatchObject({ status: 409, code: 'not_paused' })
  })

  test('does not keep a container from being stopped, nor its command from tidying up', async ({ daemon, count }) => {
    await count(daemon, 'stops')
    await daemon.client.pause({ container_name: 'stops' })
    expect(await daemon.client.stop({ container_name: 'stops', timeout_s: 20 })).toMatchObject({ state: 'stopped' })
    expect(await daemon.client.getcont({ container_name: 'stops' })).not.toMatchObject({ exit_code: 137 })
    expect(processesIn(daemon, 'stops')).toEqual([])
  })

  test('outlives the daemon', async ({ house, count }) => {
    const first = await house.start()
    const look = await count(first, 'sleeper')
    await first.client.pause({ container_name: 'sleeper' })
    await first.kill()
    const second = await house.start()
    expect(await second.client.getcont({ container_name: 'sleeper' })).toMatchObject({ state: 'paused' })
    expect(await standsStill(look)).toBe(true)
    await second.client.resume({ container_name: 'sleeper' })
    const before = look()
    await until('it to count on', () => look() > before)
  })
})
