import { describe, expect } from 'vitest'
import { forever, test } from '../harness.ts'

describe('a wait', () => {
  test('lasts until the command has ended, and tells how', async ({ daemon, image }) => {
    const name = { container_name: 'brief' }
    await daemon.client.start({ ...name, image, container_command: ['sleep 0.7', 'exit 9'] })
    expect(await daemon.client.wait(name)).toMatchObject({
      ...name,
      state: 'exited',
      exit_code: 9,
      container_active: false,
    })
    expect(await daemon.client.wait(name)).toMatchObject({ exit_code: 9 })
  })

  test('ends when its time is up', async ({ daemon, image }) => {
    const name = { container_name: 'long' }
    await daemon.client.start({ ...name, image, container_command: [forever] })
    await expect(daemon.client.wait({ ...name, timeout_s: 0.3 })).rejects.toMatchObject({
      status: 408,
      code: 'timed_out',
      message: 'long was not exited within 0.3 s: it is running',
    })
    expect(await daemon.client.wait({ ...name, until: 'running' })).toMatchObject({ state: 'running' })
    await daemon.client.stop({ ...name, timeout_s: 0 })
    await expect(daemon.client.wait({ ...name, until: 'running' })).rejects.toMatchObject({ code: 'not_running' })
  })

  test('for a container that is deleted, or never was, says so', async ({ daemon, image }) => {
    const name = { container_name: 'deleted' }
    await daemon.client.start({ ...name, image, container_command: ['exit 1'], restart_policy: 'always' })
    const waiting = expect(daemon.client.wait({ ...name, until: 'healthy' })).rejects.toMatchObject({
      code: 'no_health_check',
    })
    await waiting
    await expect(daemon.client.wait({ container_name: 'never' })).rejects.toMatchObject({ code: 'container_not_found' })
    await daemon.client.stop(name).catch(() => undefined)
  })

  test('is broken off by the end of the daemon', async ({ house, image }) => {
    const daemon = await house.start()
    await daemon.client.start({ container_name: 'web', image, container_command: [forever] })
    const waiting = expect(daemon.client.wait({ container_name: 'web' })).rejects.toMatchObject({
      code: 'shutting_down',
    })
    await new Promise((resolve) => setTimeout(resolve, 200))
    const { ms } = await daemon.stop()
    await waiting
    expect(ms).toBeLessThan(3000)
  })
})
