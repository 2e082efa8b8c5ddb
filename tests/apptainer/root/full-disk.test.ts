import { execFileSync } from 'node:child_process'
import { mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { test as base, containersOf, House, readSave } from '../../harness.ts'

/** A house whose home is a small disk of its own, and a way to fill it up. */
const test = base.extend('small', async ({ workshop }, { onCleanup }) => {
  const house = new House(workshop)
  mkdirSync(house.home)
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=16m,mode=711', 'aptorch-test', house.home])
  const daemon = await house.start()
  onCleanup(async () => {
    await house.vacate()
    execFileSync('umount', [house.home])
    await house.clear()
  })
  const ballast: string[] = []
  return {
    house,
    daemon,
    /** Fills it up but for some bytes. */
    fill: (room = 0) => {
      const { bavail, bsize } = statfsSync(house.home)
      ballast.push(join(house.home, `ballast-${ballast.length}`))
      writeFileSync(ballast.at(-1) ?? '', Buffer.alloc(bavail * bsize - room))
    },
    empty: () => {
      for (const path of ballast.splice(0)) rmSync(path)
    },
  }
})

test('on a full disk a start is refused with 507, nothing is lost, and all is well when there is room again', async ({
  small,
  image,
}) => {
  const { house, daemon, fill, empty } = small
  const { pid } = await daemon.client.start({ container_name: 'before', image })
  fill()
  expect((await daemon.request('POST', '/start', { container_name: 'full', image })).body).toMatchObject({
    status: 507,
    code: 'disk_full',
    fault: 'orchestrator',
  })
  const { status } = await daemon.request('POST', '/stop', { container_name: 'before' })
  expect(readSave(house.home).before.state).toBe(status === 200 ? 'stopped' : 'running') // an end may free enough
  expect(Object.keys(readSave(house.home))).toEqual(['before'])

  empty()
  expect(containersOf(house.home).every((found) => found === pid)).toBe(true)
  await daemon.request('POST', '/restart', { container_name: 'before', force: true })
  expect(await daemon.client.getcont({ container_name: 'before' })).toMatchObject({ state: 'running' })
  await daemon.client.start({ container_name: 'full', image })
})

test('a disk that fills up while an image is made gives 507 as well, and no half image', async ({ small, image }) => {
  const { daemon, fill, empty } = small
  fill(512 * 1024) // enough for what is known of a container, not for an image
  expect((await daemon.request('POST', '/start', { container_name: 'image', image })).body).toMatchObject({
    status: 507,
    code: 'disk_full',
  })
  empty()
  await daemon.client.deletecont({ container_name: 'image' })
  expect(await daemon.client.start({ container_name: 'image', image })).toMatchObject({ state: 'running' })
})
