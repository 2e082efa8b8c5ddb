import { expect } from 'vitest'
import { type Daemon, forever, test, until } from '../harness.ts'

const health = { command: ['test', '-e', '/ok'], interval_s: 0.2, timeout_s: 5, retries: 2 }

const healthOf = (daemon: Daemon, name: string) => (wanted: string) =>
  until(`${name} to be ${wanted}`, async () => {
    const container = await daemon.client.getcont({ container_name: name })
    return container.health === wanted && container
  })

test('a health check follows what a container does, and the daemon after a restart goes on', async ({
  house,
  image,
}) => {
  const first = await house.start()
  const name = { container_name: 'web' }
  const started = await first.client.start({ ...name, image, container_command: [forever], health })
  expect(started).toMatchObject({
    health: 'starting',
    health_check: { ...health, start_period_s: 0, on_unhealthy: 'none' },
  })
  await healthOf(first, 'web')('unhealthy')
  await first.client.exec({ ...name, command: ['touch', '/ok'] })
  expect(await first.client.wait({ ...name, until: 'healthy', timeout_s: 10 })).toMatchObject({ health: 'healthy' })

  await first.kill()
  const second = await house.start()
  expect(await second.client.getcont(name)).toMatchObject({ health: 'healthy' })
  await second.client.exec({ ...name, command: 'rm /ok' })
  await healthOf(second, 'web')('unhealthy')
  await second.client.stop({ ...name, timeout_s: 0 })
  expect(await second.client.getcont(name)).toMatchObject({ state: 'stopped', health: null })
})

test('a check that hangs is a failure, and says so', async ({ daemon, image }) => {
  const hangs = { command: 'echo before; sleep 60', interval_s: 0.2, timeout_s: 0.5, retries: 1 }
  await daemon.client.start({ container_name: 'hangs', image, container_command: [forever], health: hangs })
  const { health_output } = await healthOf(daemon, 'hangs')('unhealthy')
  expect(health_output).toBe('before\n[not over after 0.5 s]')
  await daemon.client.stop({ container_name: 'hangs', timeout_s: 0 })
})

test('failures count only after the start period', async ({ daemon, image }) => {
  const name = { container_name: 'slow-start' }
  await daemon.client.start({ ...name, image, container_command: [forever], health: { ...health, start_period_s: 3 } })
  await new Promise((resolve) => setTimeout(resolve, 1500))
  expect(await daemon.client.getcont(name)).toMatchObject({ health: 'starting' })
  await healthOf(daemon, 'slow-start')('unhealthy')
  await daemon.client.stop({ ...name, timeout_s: 0 })
})

test('an unhealthy container is started again where that is asked for', async ({ daemon, image }) => {
  const name = { container_name: 'again' }
  const check = { ...health, retries: 1, start_period_s: 1, on_unhealthy: 'restart' as const }
  const { pid } = await daemon.client.start({ ...name, image, container_command: [forever], health: check })
  const again = await until('it to be started again', async () => {
    const container = await daemon.client.getcont(name)
    return container.state === 'running' && container.restart_count > 0 && container
  })
  expect(again.pid).not.toBe(pid)
  expect(again.health).toBe('starting')
  await daemon.client.stop({ ...name, timeout_s: 0 })
})

test('without a health check there is nothing to wait for', async ({ daemon, image }) => {
  await daemon.client.start({ container_name: 'none', image, container_command: [forever] })
  await expect(daemon.client.wait({ container_name: 'none', until: 'healthy' })).rejects.toMatchObject({
    code: 'no_health_check',
  })
  await daemon.client.stop({ container_name: 'none', timeout_s: 0 })
})
