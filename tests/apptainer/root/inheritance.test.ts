import { closeSync, existsSync, openSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { containerAccount, forever, test, until } from '../../harness.ts'

test('a file that the daemon was started with stays out of the containers', async ({ house, image }) => {
  const out = house.folder('out', containerAccount)
  const secret = join(house.folder('root-only'), 'secret')
  writeFileSync(secret, 'for root alone\n', { mode: 0o600 })
  const descriptor = openSync(secret, 'r+')
  const daemon = await house.start({ inherited: descriptor })
  closeSync(descriptor)
  await daemon.client.start({
    image,
    binds: { [out]: '/out' },
    container_command: ['cat >/out/read <&20', 'echo spoilt >&20', 'touch /out/done', forever],
  })
  await until('the container to have tried', () => existsSync(join(out, 'done')))
  expect(readFileSync(join(out, 'read'), 'utf8')).toBe('')
  expect(readFileSync(secret, 'utf8')).toBe('for root alone\n')
})

test("a loop of links among the account's records keeps no container from being looked after", async ({
  house,
  image,
}) => {
  const daemon = await house.start()
  const records = join(
    house.home,
    'orchestrator',
    'accounts',
    containerAccount?.name ?? '',
    'instances',
    'instances',
    'app',
  )
  await daemon.client.start({ container_name: 'first', image })
  symlinkSync('loop', join(records, 'loop'))
  const started = await daemon.client.start({ container_name: 'second', image, container_command: ['exit 5'] })
  const look = () => daemon.client.getcont({ container_name: started.container_name })
  await until('its end to be noted', async () => (await look()).state === 'exited')
  await daemon.kill()
  const next = await house.start()
  expect((await next.client.getcont({ container_name: 'first' })).state).toBe('running')
})
