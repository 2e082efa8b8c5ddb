import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect } from 'vitest'
import {
  containerAccount,
  containersOf,
  type Daemon,
  type House,
  isStarting,
  makeFakeApptainer,
  test,
  until,
} from '../harness.ts'

const startWith = (house: House, faults: Record<string, string>): Promise<Daemon> =>
  house.start({ flags: ['--apptainer', makeFakeApptainer(house.folder('fake'), faults)] })

const refusedStart = async (daemon: Daemon, image: string) => {
  const answer = await daemon.request('POST', '/start', { container_name: 'faulty', image })
  return { ...answer.body, length: answer.text.length }
}

/** Nothing of a start is left but a record that says why. */
const expectNothingLeft = async (daemon: Daemon) => {
  const { state, error, data_path, pid } = await daemon.client.getcont({ container_name: 'faulty' })
  expect({ state, error, pid }).toEqual({ state: 'failed', error: expect.any(String), pid: null })
  expect(existsSync(data_path)).toBe(false)
  expect(containersOf(daemon.home)).toEqual([])
  return error
}

describe('an Apptainer that misbehaves: a start', () => {
  test('that ends with 255 is failed, in its own last words', async ({ house, image }) => {
    const daemon = await startWith(house, {
      'instance start': 'echo "INFO:    preparing" >&2; echo "FATAL:   the moon is in the wrong phase" >&2; exit 255',
    })
    expect(await refusedStart(daemon, image)).toMatchObject({
      status: 500,
      code: 'start_failed',
      fault: 'orchestrator',
      message: 'faulty could not be started: the moon is in the wrong phase',
    })
    expect(await expectNothingLeft(daemon)).toContain('the moon is in the wrong phase')
  })

  test('that talks garbage without end is failed, with an answer of bearable length', async ({ house, image }) => {
    const daemon = await startWith(house, {
      'instance start': 'head -c 3000000 /dev/urandom >&2; head -c 3000000 /dev/zero; exit 255',
    })
    const answer = await refusedStart(daemon, image)
    expect(answer).toMatchObject({ status: 500, code: 'start_failed' })
    expect(answer.length).toBeLessThan(200_000)
    await expectNothingLeft(daemon)
  })

  test('that says it went well, without an instance, is failed', async ({ house, image }) => {
    const daemon = await startWith(house, { 'instance start': 'exit 0' })
    expect(await refusedStart(daemon, image)).toMatchObject({ status: 500, code: 'start_failed' })
    await expectNothingLeft(daemon)
  })

  test('that says it failed, with an instance, ends that instance', async ({ house, image }) => {
    const daemon = await startWith(house, { 'instance start': '"$real" "$@"; exit 255' })
    expect(await refusedStart(daemon, image)).toMatchObject({ status: 500, code: 'start_failed' })
    await expectNothingLeft(daemon)
  })

  test('that hangs holds up no other container, and ends with the daemon', async ({ house, image }) => {
    const daemon = await startWith(house, { '--hostname hangs': 'sleep 1000' })
    const hanging = daemon.request('POST', '/start', { container_name: 'hangs', image })
    hanging.catch(() => undefined) // the daemon ends before it is answered
    await until('it to hang', () => isStarting(daemon.home))

    expect(await daemon.client.start({ container_name: 'beside', image })).toMatchObject({ state: 'running' })
    for (const route of ['/stop', '/restart', '/deletecont'])
      expect((await daemon.request('POST', route, { container_name: 'hangs' })).body, route).toMatchObject({
        status: 409,
        code: 'being_created',
      })
    const { code, ms } = await daemon.stop()
    expect({ code, inTime: ms < 5000 }).toEqual({ code: 0, inTime: true })
  })
})

describe('an Apptainer that misbehaves: an image', () => {
  test('whose making ends with 255 is refused, and the next try makes it', async ({ house, image }) => {
    const once = join(house.folder('once', containerAccount), 'failed')
    const daemon = await startWith(house, {
      build: `if mkdir ${once} 2>/dev/null; then echo "FATAL:   unexpected EOF" >&2; exit 255; fi`,
    })
    expect(await refusedStart(daemon, image)).toMatchObject({ status: 400, code: 'image_build_failed' })
    await expectNothingLeft(daemon)
    await daemon.client.deletecont({ container_name: 'faulty' })
    expect(await daemon.client.start({ container_name: 'faulty', image })).toMatchObject({ state: 'running' })
  })
})

describe('an Apptainer that misbehaves: the daemon', () => {
  test('refuses to start when it does not even say its version', async ({ house }) => {
    await expect(startWith(house, { version: 'echo "FATAL:   bad interpreter" >&2; exit 255' })).rejects.toThrow(
      /does not run: .*bad interpreter/,
    )
  })
})
