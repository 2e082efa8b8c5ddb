import { existsSync } from 'node:fs'
import { describe, expect } from 'vitest'
import { containersOf, forever, isAlive, isStarting, processesOf, stallingServer, test, until } from '../harness.ts'

const patienceMs = 5000

describe('a daemon that is told to end', () => {
  test('ends in time, without its socket, and leaves its containers running', async ({ house, image }) => {
    const first = await house.start()
    const { pid } = await first.client.start({ container_name: 'on', image })
    const { code, ms } = await first.stop()

    expect(code).toBe(0)
    expect(ms).toBeLessThan(patienceMs)
    expect(existsSync(first.socket)).toBe(false)
    expect(isAlive(pid ?? 0)).toBe(true)
    const second = await house.start()
    expect(await second.client.getcont({ container_name: 'on' })).toMatchObject({ state: 'running', pid })
  })

  test('by Ctrl-C does the same', async ({ house }) => {
    const daemon = await house.start()
    expect(await daemon.stop('SIGINT')).toMatchObject({ code: 0 })
  })

  test('ends in time while an image is being made, and tells those who wait for it', async ({ house }) => {
    const server = await stallingServer()
    const daemon = await house.start()
    const start = daemon.request('POST', '/start', {
      container_name: 'stalled',
      image: `docker://${server.host}/stalled:1`,
    })
    await server.asked
    const { code, ms } = await daemon.stop()
    server.close()

    expect({ code, inTime: ms < patienceMs }).toEqual({ code: 0, inTime: true })
    expect((await start).body).toMatchObject({ status: 503, code: 'shutting_down', fault: 'orchestrator' })
    expect(processesOf(house.home)).toEqual([])
  })

  test('waits for a start that is under way, which is answered', async ({ house, image }) => {
    const daemon = await house.start()
    await daemon.client.start({ container_name: 'before', image })
    const starting = daemon.request('POST', '/start', { container_name: 'under-way', image })
    await until('the start to be under way', () => isStarting(house.home))
    const ending = daemon.stop()

    expect((await starting).body).toMatchObject({ status: 201, state: 'running' })
    expect(await ending).toMatchObject({ code: 0 })
    const second = await house.start()
    expect(await second.client.getcont({ container_name: 'under-way' })).toMatchObject({ state: 'running' })
  })

  test('ends in time while a container takes its time to stop, and the next one has it right', async ({
    house,
    image,
  }) => {
    const first = await house.start()
    await first.client.start({ container_name: 'slow', image, container_command: ['trap "" TERM', forever] })
    first.request('POST', '/stop', { container_name: 'slow', timeout_s: 60 }).catch(() => undefined) // it is cut off
    await until('the stop to be under way', async () => (await first.request('GET', '/health')).status === 200)
    const { ms } = await first.stop()

    expect(ms).toBeLessThan(patienceMs)
    const second = await house.start()
    const [pid] = containersOf(house.home)
    expect(await second.client.getcont({ container_name: 'slow' })).toMatchObject({ state: 'running', pid })
    expect(await second.client.stop({ container_name: 'slow', timeout_s: 0 })).toMatchObject({ state: 'stopped' })
  })

  test('tells those who follow something that there would be more', async ({ house, image }) => {
    const daemon = await house.start()
    const name = { container_name: 'on' }
    await daemon.client.start({ ...name, image, container_command: ['echo up', forever] })
    const { stream } = daemon.client
    const endless = [
      stream.logs({ ...name, follow: true }),
      stream.stats({ interval_s: 0.2 }),
      stream.events({ since: '0' }),
      stream.exec({ ...name, command: 'echo up; sleep 600' }),
    ]
    for (const items of endless) await items.next()
    const drained = endless.map(async (items: AsyncIterable<unknown>) => {
      for await (const _ of items);
    })
    const told = Promise.allSettled(drained)
    const { ms } = await daemon.stop()
    for (const result of await told) expect(result).toMatchObject({ reason: { code: 'shutting_down' } })
    expect(ms).toBeLessThan(patienceMs)
  })

  test('ends in time although a client holds its connection open', async ({ house }) => {
    const daemon = await house.start()
    const idle = fetch(`${daemon.url}/health`, { keepalive: true })
    expect((await idle).status).toBe(200)
    const { code, ms } = await daemon.stop()
    expect({ code, inTime: ms < patienceMs }).toEqual({ code: 0, inTime: true })
  })
})
