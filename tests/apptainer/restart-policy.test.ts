import { describe, expect } from 'vitest'
import { forever, kill, processesIn, test, until } from '../harness.ts'

describe('a restart policy', () => {
  test('starts a command again that failed, so often and no more, and waits longer each time', async ({
    daemon,
    image,
  }) => {
    await daemon.client.start({
      container_name: 'fails',
      image,
      container_command: ['echo run', 'exit 3'],
      restart_policy: 'on-failure:2',
    })
    const waiting = await until('the first wait', async () => {
      const container = await daemon.client.getcont({ container_name: 'fails' })
      return container.next_restart_at !== null && container
    })
    expect(waiting).toMatchObject({ state: 'exited', exit_code: 3, container_active: false })
    expect(Date.parse(waiting.next_restart_at ?? '') - Date.parse(waiting.finished_at ?? '')).toBe(1000)

    const over = await until('the last end', async () => {
      const container = await daemon.client.getcont({ container_name: 'fails' })
      return container.restart_count === 2 && container.state === 'exited' && container
    })
    expect(over).toMatchObject({ exit_code: 3, next_restart_at: null })
    const delays: unknown[] = []
    for await (const { details } of daemon.client.stream.events({
      container_name: 'fails',
      type: 'restarting',
      follow: false,
    })) {
      delays.push(details.delay_s)
    }
    expect(delays).toEqual([1, 2])
  })

  test('leaves alone what ended well, and what nobody asked to be started again', async ({ daemon, image }) => {
    const command = (code: number) => ({ image, container_command: [`exit ${code}`] })
    await daemon.client.start({ container_name: 'well', ...command(0), restart_policy: 'on-failure' })
    await daemon.client.start({ container_name: 'unasked', ...command(1) })
    for (const name of ['well', 'unasked']) {
      expect(await daemon.client.wait({ container_name: name, timeout_s: 10 })).toMatchObject({ state: 'exited' })
      expect(await daemon.client.getcont({ container_name: name })).toMatchObject({
        next_restart_at: null,
        restart_count: 0,
      })
    }
  })

  test('gives way to a stop, also while it waits', async ({ daemon, image }) => {
    const name = { container_name: 'stopped' }
    await daemon.client.start({ ...name, image, container_command: ['exit 1'], restart_policy: 'always' })
    await until('it to wait', async () => (await daemon.client.getcont(name)).next_restart_at !== null)
    expect(await daemon.client.stop(name)).toMatchObject({ state: 'stopped', container_active: false })
    await new Promise((resolve) => setTimeout(resolve, 1500))
    expect(await daemon.client.getcont(name)).toMatchObject({ state: 'stopped', next_restart_at: null })
    await expect(daemon.client.stop(name)).rejects.toMatchObject({ code: 'not_running' })
  })

  test('brings back what was killed from outside, with its data', async ({ daemon, image }) => {
    const name = { container_name: 'killed-again' }
    await daemon.client.start({
      ...name,
      image,
      container_command: ['echo x >>/count', forever],
      restart_policy: 'unless-stopped',
    })
    for (const pid of processesIn(daemon, 'killed-again')) kill(pid, 'SIGKILL')
    const back = await until('it to run again', async () => {
      const container = await daemon.client.getcont(name)
      return container.state === 'running' && container.restart_count === 1 && container
    })
    expect(back.container_active).toBe(true)
    expect(await daemon.client.exec({ ...name, command: ['cat', '/count'] })).toMatchObject({ stdout: 'x\nx\n' })
    await daemon.client.stop({ ...name, timeout_s: 0 })
  })

  test('holds on over the death of the daemon', async ({ house, image }) => {
    const first = await house.start()
    const name = { container_name: 'waits' }
    await first.client.start({ ...name, image, container_command: ['exit 1'], restart_policy: 'always' })
    await until('it to wait', async () => (await first.client.getcont(name)).next_restart_at !== null)
    await first.kill()
    const second = await house.start()
    const again = await until('it to be started again', async () => {
      const container = await second.client.getcont(name)
      return container.restart_count >= 1 && container
    })
    expect(again.restart_policy).toBe('always')
  })
})
