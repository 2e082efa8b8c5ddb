import { describe, expect } from 'vitest'
import { ended, forever, inside, test, until } from '../../harness.ts'

const MiB = 1024 * 1024

// Fills memory by a line that never ends: tail keeps all of it.
const eater = 'head -c 400m /dev/zero | tail >/dev/null'

describe('a limit of memory', () => {
  test('ends what goes beyond it, and says so', async ({ daemon, image }) => {
    const { memory } = await daemon.client.start({
      container_name: 'hungry',
      image,
      memory: 64 * MiB,
      container_command: [eater],
    })
    expect(memory).toBe(64 * MiB)
    const container = await ended(daemon, 'hungry')
    expect(container).toMatchObject({ state: 'exited', exit_code: 137, oom_killed: true })
    expect(container.error).toMatch(/memory of 64 MiB/)

    expect(await daemon.client.restart({ container_name: 'hungry' })).toMatchObject({ oom_killed: false, error: null })
  })

  test('is not what a command that ends by itself ended of', async ({ daemon, image }) => {
    await daemon.client.start({
      container_name: 'modest',
      image,
      memory: 64 * MiB,
      container_command: ['exit 137'],
    })
    expect(await ended(daemon, 'modest')).toMatchObject({ exit_code: 137, oom_killed: false, error: null })
  })
})

describe('a limit of processes', () => {
  test('holds for all that the container starts', async ({ daemon, image }) => {
    const { pid } = await daemon.client.start({
      container_name: 'many',
      image,
      pids: 40,
      container_command: ['(for i in $(seq 100); do sleep 100 & done) 2>/forks', forever],
    })
    await until('the forks to fail', async () => /fork/.test(await inside(pid, 'cat /forks')))
    const count = Number(await inside(pid, "ps | grep -c '[s]leep 100'"))
    expect(count).toBeGreaterThan(5)
    expect(count).toBeLessThan(40)
  })
})

describe('a limit of processors', () => {
  test('slows down what would take more', async ({ daemon, image }) => {
    const busy = ['while :; do :; done']
    const used = async (container_name: string, cpus: number | undefined) => {
      const { pid } = await daemon.client.start({ container_name, image, cpus, container_command: busy })
      const ticks = async () => Number((await inside(pid, 'cat /proc/[0-9]*/stat')).match(/\(sh\) R (\S+ ){11}/)?.[1])
      const before = await until('the loop to run', async () => (await ticks()) || undefined)
      await new Promise((done) => setTimeout(done, 1000))
      const after = await ticks()
      await daemon.client.stop({ container_name, timeout_s: 0 })
      return after - before
    }
    expect(await used('slow', 0.1)).toBeLessThan(30) // of the 100 ticks that a second has
  })
})

describe('update', () => {
  test('changes the limits of a running container, now and for later', async ({ daemon, image }) => {
    const limits = { memory: 64 * MiB, pids: 100, cpus: 1 }
    await daemon.client.start({ container_name: 'grows', image, ...limits, container_command: [forever] })
    const updated = await daemon.client.update({ container_name: 'grows', memory: 512 * MiB, pids: 0 })
    expect(updated).toMatchObject({ memory: 512 * MiB, pids: null, cpus: 1, state: 'running' })
    await inside(updated.pid, 'head -c 100m /dev/zero | tail >/dev/null') // not in the cgroup, but proves that it runs
    await daemon.client.restart({ container_name: 'grows', force: true })
    expect(await daemon.client.getcont({ container_name: 'grows' })).toMatchObject({ memory: 512 * MiB, pids: null })
  })

  test('lets go on what would have been ended by the limit before', async ({ daemon, image }) => {
    const { pid } = await daemon.client.start({
      container_name: 'spared',
      image,
      memory: 64 * MiB,
      container_command: [
        'until test -e /go; do sleep 0.05; done',
        'head -c 150m /dev/zero | tail | wc -c >/fits',
        forever,
      ],
    })
    await daemon.client.update({ container_name: 'spared', memory: 0 })
    await inside(pid, 'touch /go')
    await until(
      'it to fit',
      async () => (await inside(pid, 'cat /fits 2>/dev/null || true')).trim() === String(150 * MiB),
    )
  })

  test('refuses less memory than is in use, and leaves the limits as they were', async ({ daemon, image }) => {
    const { pid } = await daemon.client.start({
      container_name: 'full',
      image,
      memory: 400 * MiB,
      container_command: ['head -c 150m /dev/zero | (tail -c 150m; touch /full; sleep 1000) >/dev/null', forever],
    })
    await until('the memory to be used', () => inside(pid, 'test -e /dev/null && echo yes'))
    const { body } = await daemon.request('POST', '/update', { container_name: 'full', memory: 1 })
    expect(body).toMatchObject({ status: 400, code: 'invalid_field' })
    expect(await daemon.client.getcont({ container_name: 'full' })).toMatchObject({ memory: 400 * MiB })
  })

  test('of a stopped container holds from the next start on', async ({ daemon, image }) => {
    await daemon.client.start({ container_name: 'later', image, container_command: [eater] })
    await daemon.client.stop({ container_name: 'later', timeout_s: 0 }).catch(() => undefined)
    await daemon.client.update({ container_name: 'later', memory: 64 * MiB })
    await daemon.client.restart({ container_name: 'later' })
    expect(await ended(daemon, 'later')).toMatchObject({ oom_killed: true })
  })

  test('wants something to change', async ({ daemon, image }) => {
    await daemon.client.start({ container_name: 'same', image })
    const { body } = await daemon.request('POST', '/update', { container_name: 'same' })
    expect(body).toMatchObject({ status: 400, code: 'missing_field' })
  })
})
