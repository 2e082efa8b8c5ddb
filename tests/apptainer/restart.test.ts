import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect } from 'vitest'
import { containerAccount, ended, forever, isAlive, test, until } from '../harness.ts'

describe('restart', () => {
  test('keeps what the container wrote, system folders included', async ({ daemon, image, shared }) => {
    const out = shared.folder('out', containerAccount)
    await daemon.client.start({
      container_name: 'keeps',
      image,
      binds: { [out]: '/out' },
      environment: { WHO: 'ada' },
      container_command: ['date +%s%N >>/usr/bin/starts', 'cp /usr/bin/starts /out', 'echo "$WHO" >/out/who', forever],
    })
    const starts = () => readFileSync(join(out, 'starts'), 'utf8').trim().split('\n')
    await until('the first start', () => existsSync(join(out, 'who')))
    await daemon.client.stop({ container_name: 'keeps' })
    const again = await daemon.client.restart({ container_name: 'keeps' })

    expect(again).toMatchObject({
      status: 200,
      state: 'running',
      exit_code: null,
      finished_at: null,
      environment: { WHO: 'ada' },
    })
    await until('the second start', () => starts().length === 2)
  })

  test('runs the command of a container that has exited once more', async ({ daemon, image }) => {
    await daemon.client.start({
      container_name: 'again',
      image,
      container_command: ['echo x >>/root/runs', 'exit $(wc -l </root/runs)'],
    })
    expect(await ended(daemon, 'again')).toMatchObject({ exit_code: 1 })
    await daemon.client.restart({ container_name: 'again' })
    expect(await ended(daemon, 'again')).toMatchObject({ state: 'exited', exit_code: 2 })
  })

  test('of a running container is refused, unless it is forced', async ({ daemon, image }) => {
    const { pid } = await daemon.client.start({ container_name: 'forced', image })
    expect((await daemon.request('POST', '/restart', { container_name: 'forced' })).body).toMatchObject({
      status: 409,
      code: 'already_running',
    })
    expect(isAlive(pid ?? 0)).toBe(true)
    const again = await daemon.client.restart({ container_name: 'forced', force: true })
    expect(again.state).toBe('running')
    expect(again.pid).not.toBe(pid)
    expect(isAlive(pid ?? 0)).toBe(false)
  })
})
