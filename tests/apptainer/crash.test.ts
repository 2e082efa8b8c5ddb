import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect } from 'vitest'
import {
  containerAccount,
  editSave,
  ended,
  isAlive,
  kill,
  processesOf,
  stallingServer,
  statesOf,
  test,
  until,
} from '../harness.ts'

test('a container that is killed from outside is known as failed within a second', async ({ house, image }) => {
  const daemon = await house.start()
  const { pid } = await daemon.client.start({ container_name: 'victim', image })
  const began = performance.now()
  kill(pid ?? 0, 'SIGKILL')
  expect(await ended(daemon, 'victim')).toMatchObject({ state: 'failed', error: expect.stringContaining('killed') })
  expect(performance.now() - began).toBeLessThan(1000)
  expect(await daemon.client.restart({ container_name: 'victim' })).toMatchObject({ state: 'running', error: null })
})

describe('after a kill -9 of the daemon', () => {
  test('its containers run on, and the next daemon has them as they were', async ({ house, image }) => {
    const first = await house.start()
    const started = await first.client.start({ container_name: 'on', image, labels: { owner: 'ada' } })
    await first.kill()
    expect(isAlive(started.pid ?? 0)).toBe(true)

    const second = await house.start()
    expect(await second.client.getcont({ container_name: 'on' })).toEqual({ ...started, status: 200 })
    expect(await second.client.stop({ container_name: 'on' })).toMatchObject({ state: 'stopped' })
    expect(isAlive(started.pid ?? 0)).toBe(false)
  })

  test('a command that ended meanwhile is known with its exit code', async ({ house, image }) => {
    const out = house.folder('out', containerAccount)
    const first = await house.start()
    const { pid } = await first.client.start({
      container_name: 'meanwhile',
      image,
      binds: { [out]: '/out' },
      container_command: ['until test -e /out/go; do sleep 0.05; done', 'exit 5'],
    })
    await first.kill()
    writeFileSync(join(out, 'go'), '')
    const code = join(house.home, 'orchestrator', 'run', 'meanwhile', 'status', 'exit_code')
    await until('the command to end', () => existsSync(code))

    const second = await house.start()
    expect(await ended(second, 'meanwhile')).toMatchObject({ state: 'exited', exit_code: 5 })
    expect(isAlive(pid ?? 0)).toBe(false)
  })

  test('a container that was killed meanwhile is failed, and does not count as stopped', async ({ house, image }) => {
    const first = await house.start()
    const { pid } = await first.client.start({ container_name: 'victim', image })
    await first.kill()
    kill(pid ?? 0, 'SIGKILL')
    await until('the container to end', () => !isAlive(pid ?? 0))

    const second = await house.start()
    expect(await ended(second, 'victim')).toMatchObject({ state: 'failed', error: expect.stringContaining('killed') })
  })

  test('a container that nobody was ever told of is ended', async ({ house, image }) => {
    const first = await house.start()
    await first.client.start({ container_name: 'known', image })
    const { pid } = await first.client.start({ container_name: 'unknown', image })
    await first.kill()
    editSave(house.home, (containers) => {
      delete containers.unknown
    })
    const second = await house.start()
    await until('it to end', () => !isAlive(pid ?? 0))
    expect(await statesOf(second)).toEqual({ known: 'running' })
  })

  test('an image that was being made is made afresh, and its maker is ended', async ({ house, image }) => {
    const server = await stallingServer()
    try {
      const first = await house.start()
      const start = first.request('POST', '/start', {
        container_name: 'stalled',
        image: `docker://${server.host}/stalled:1`,
      })
      start.catch(() => undefined) // the daemon dies before it answers
      await server.asked
      await first.kill()
      expect(processesOf(house.home)).not.toEqual([])

      const second = await house.start()
      await until('the maker to end', () => processesOf(house.home).every((pid) => pid === second.pid))
      expect(await ended(second, 'stalled')).toMatchObject({
        state: 'failed',
        error: expect.stringContaining('daemon'),
      })
      await second.client.start({ container_name: 'fine', image })
    } finally {
      server.close()
    }
  })
})
