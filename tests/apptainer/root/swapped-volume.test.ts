import { mkdirSync, renameSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { containerAccount, test } from '../../harness.ts'

test('a link that came into the place of a volume is not followed at a restart', async ({ house, image }) => {
  const shared = house.folder('shared', containerAccount)
  const secret = house.folder('of-another-tenant', containerAccount)
  const volume = join(shared, 'volume')
  mkdirSync(volume)
  const daemon = await house.start()
  await daemon.client.start({ container_name: 'victim', image, binds: { [volume]: '/data' } })
  renameSync(volume, join(shared, 'aside'))
  symlinkSync(secret, volume)
  await expect(daemon.client.restart({ container_name: 'victim', force: true })).rejects.toThrow(
    /the volume at \/data: .*it is a link to/,
  )
  expect((await daemon.client.getcont({ container_name: 'victim' })).state).toBe('running')
})
