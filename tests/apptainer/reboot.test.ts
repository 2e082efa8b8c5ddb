import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect } from 'vitest'
import {
  containerAccount,
  type Daemon,
  editSave,
  ended,
  forever,
  type House,
  isAlive,
  isStarting,
  kill,
  killProcessesOf,
  makeFakeApptainer,
  processesOf,
  statesOf,
  test,
  until,
} from '../harness.ts'

describe('after a reboot of the machine', () => {
  /** Ends everything without a word and has `save` look as if it all happened in an earlier boot. */
  const reboot = async (house: House, daemon: Daemon, options?: Parameters<House['start']>[0]) => {
    await daemon.kill()
    await killProcessesOf(house.home)
    editSave(house.home, (containers) => {
      for (const record of Object.values(containers)) {
        record.boot_id = 'an-earlier-boot'
        if (record.process) record.process.boot_id = 'an-earlier-boot'
      }
    })
    return house.start(options)
  }

  /** Waits until a container runs for the second time; on the way it is never shown as running when it does not. */
  const startedAgain = (daemon: Daemon, container_name: string) =>
    until(`${container_name} to be started again`, async () => {
      const container = await daemon.client.getcont({ container_name })
      if (container.pid !== null) expect(isAlive(container.pid)).toBe(true)
      return container.container_active && container
    })

  test('what ran is started again with its data; what was stopped stays so', async ({ house, image }) => {
    const first = await house.start()
    const command = ['echo x >>/root/starts', 'cat /root/starts >/out/starts', forever]
    const out = house.folder('out', containerAccount)
    await first.client.start({ container_name: 'ran', image, binds: { [out]: '/out' }, container_command: command })
    await first.client.start({ container_name: 'stopped', image })
    await first.client.stop({ container_name: 'stopped' })
    await until('the first start', () => existsSync(join(out, 'starts')))

    const second = await reboot(house, first)
    expect(await startedAgain(second, 'ran')).toMatchObject({ restart_count: 1, exit_code: null, error: null })
    await until('its data', () => readFileSync(join(out, 'starts'), 'utf8') === 'x\nx\n')
    expect(await statesOf(second)).toEqual({ ran: 'running', stopped: 'stopped' })
  })

  test('what ran is started again also when it ended by the SIGTERM of a machine that is shut down', async ({
    house,
    image,
  }) => {
    const first = await house.start()
    const commands = { graceful: ["trap 'exit 0' TERM", 'echo up', forever], plain: ['echo up', forever] }
    for (const [container_name, container_command] of Object.entries(commands)) {
      await first.client.start({ container_name, image, container_command })
      await first.client.stream.logs({ container_name, follow: true }).next() // it is up
    }
    await first.stop()
    for (const pid of processesOf(house.home)) kill(pid, 'SIGTERM')
    for (const name of ['graceful', 'plain']) {
      const exitCode = join(house.home, 'orchestrator', 'run', name, 'status', 'exit_code')
      await until(`${name} to say that it ended`, () => existsSync(exitCode))
    }

    const second = await reboot(house, first)
    for (const name of ['graceful', 'plain'])
      expect(await startedAgain(second, name)).toMatchObject({ exit_code: null })
  })

  test('what ran is started again though the next daemon, or the machine, dies over it', async ({ house, image }) => {
    const first = await house.start()
    await first.client.start({ container_name: 'ran', image })
    const hanging = makeFakeApptainer(house.folder('fake'), { 'instance start': 'sleep 1000' })
    const second = await reboot(house, first, { flags: ['--apptainer', hanging] })
    await until('it to be started again', () => isStarting(house.home))
    await second.kill()
    await killProcessesOf(house.home)

    const third = await house.start()
    expect(await startedAgain(third, 'ran')).toMatchObject({ state: 'running', error: null })
  })

  test('what asked not to be started again is stopped', async ({ house, image }) => {
    const first = await house.start()
    await first.client.start({ container_name: 'once', image, restart_policy: 'no' })
    const second = await reboot(house, first)
    expect(await ended(second, 'once')).toMatchObject({ state: 'stopped', error: expect.stringContaining('machine') })
  })

  test('a process that has the number of an old one is not taken for a container', async ({ house, image }) => {
    const first = await house.start()
    await first.client.start({ container_name: 'old', image, restart_policy: 'no' })
    await first.kill()
    await killProcessesOf(house.home)
    editSave(house.home, (containers) => {
      containers.old.process.pid = process.pid
    })
    const second = await house.start()
    expect(await ended(second, 'old')).toMatchObject({ state: 'failed' })
  })
})
