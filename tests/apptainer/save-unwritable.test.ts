import { mkdirSync, readFileSync, rmdirSync } from 'node:fs'
import { describe, expect } from 'vitest'
import { containersOf, ended, isStarting, readSave, saveOf, test, until } from '../harness.ts'

describe('a save that can not be written', () => {
  // Root may write anywhere, but not even root can write to a folder.
  const block = (home: string) => mkdirSync(`${saveOf(home)}.new`)
  const unblock = (home: string) => rmdirSync(`${saveOf(home)}.new`)

  test('refuses a start, and nothing is left of it', async ({ house, image }) => {
    const daemon = await house.start()
    const { pid } = await daemon.client.start({ container_name: 'before', image })
    const save = readFileSync(saveOf(house.home), 'utf8')
    block(house.home)
    const answer = await daemon.request('POST', '/start', { container_name: 'blocked', image })

    expect(answer.body).toMatchObject({ status: 500, code: 'save_failed', fault: 'orchestrator' })
    expect((await daemon.request('GET', '/getcont', { container_name: 'blocked' })).status).toBe(404)
    expect(readFileSync(saveOf(house.home), 'utf8')).toBe(save)
    expect(containersOf(house.home)).toEqual([pid])

    unblock(house.home)
    expect(await daemon.client.start({ container_name: 'blocked', image })).toMatchObject({ state: 'running' })
  })

  test('ends a start that was under way: nobody would know of it', async ({ house, image }) => {
    const daemon = await house.start()
    const starting = daemon.request('POST', '/start', { container_name: 'caught', image })
    await until('the start to be under way', () => isStarting(house.home))
    block(house.home)

    expect((await starting).body).toMatchObject({ status: 500, code: 'save_failed' })
    expect(containersOf(house.home)).toEqual([])
    unblock(house.home)
    expect(await ended(daemon, 'caught')).toMatchObject({ state: 'failed' })
    await daemon.client.deletecont({ container_name: 'caught' })
    expect(await daemon.client.start({ container_name: 'caught', image })).toMatchObject({ state: 'running' })
  })

  test('refuses a change of volumes, which is not shown either', async ({ house, image }) => {
    const daemon = await house.start()
    await daemon.client.start({ container_name: 'bound', image })
    const volume = { container_name: 'bound', host_location: house.folder('data'), container_location: '/data' }
    block(house.home)
    expect((await daemon.request('POST', '/createvolume', volume)).body).toMatchObject({ code: 'save_failed' })
    expect(await daemon.client.getcont({ container_name: 'bound' })).toMatchObject({ volumes: [] })
    unblock(house.home)
  })

  test('of a stop is said, and made up for as soon as it can be', async ({ house, image }) => {
    const daemon = await house.start()
    await daemon.client.start({ container_name: 'stops', image })
    block(house.home)
    expect((await daemon.request('POST', '/stop', { container_name: 'stops' })).body).toMatchObject({
      code: 'save_failed',
    })
    unblock(house.home)
    const { state } = await ended(daemon, 'stops')
    expect(readSave(house.home).stops.state).toBe(state)
    expect(await daemon.client.restart({ container_name: 'stops' })).toMatchObject({ state: 'running' })
  })

  test('of a command that ended is made up for as soon as it can be', async ({ house, image }) => {
    const daemon = await house.start()
    await daemon.client.start({ container_name: 'ends', image, container_command: ['sleep 0.5', 'exit 6'] })
    block(house.home)
    await until('the daemon to try', () => daemon.log().includes('could not be saved'))
    unblock(house.home)
    expect(await ended(daemon, 'ends')).toMatchObject({ state: 'exited', exit_code: 6 })
  })
})

test('an answer is on disk before it is sent', async ({ house, image }) => {
  const daemon = await house.start()
  for (let count = 0; count < 3; count += 1) {
    const { container_name, pid } = await daemon.client.start({ container_name: `c${count}`, image })
    expect(readSave(house.home)[container_name]).toMatchObject({ state: 'running', process: { pid } })
    await daemon.client.stop({ container_name })
    expect(readSave(house.home)[container_name]).toMatchObject({ state: 'stopped', process: null })
    await daemon.client.deletecont({ container_name })
    expect(readSave(house.home)).not.toHaveProperty(container_name)
  }
})
