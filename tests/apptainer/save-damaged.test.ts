import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect } from 'vitest'
import { containersOf, type House, saveOf, test } from '../harness.ts'

const damages: readonly { readonly damage: string; readonly change: (save: string) => string }[] = [
  { damage: 'garbage', change: () => '\u0000\u0001 not JSON' },
  { damage: 'nothing', change: () => '' },
  { damage: 'half of it', change: (save) => save.slice(0, save.length / 2) },
  { damage: 'a changed word', change: (save) => save.replace('"stopped"', '"running"') },
  { damage: 'a later version', change: (save) => save.replace('"version": 1', '"version": 999') },
]

/** A home on which `kept` was stopped long ago, and `runs` is what changed last. */
const twoContainers = async (house: House, image: string) => {
  const daemon = await house.start()
  await daemon.client.start({ container_name: 'kept', image, labels: { owner: 'ada' } })
  await daemon.client.stop({ container_name: 'kept' })
  const started = await daemon.client.start({ container_name: 'runs', image, labels: { owner: 'bob' } })
  await daemon.kill()
  return started
}

const setAside = (home: string) => readdirSync(dirname(saveOf(home))).filter((name) => name.startsWith('save.damaged-'))

describe('a damaged save', () => {
  test.for(damages)('of $damage is set aside, and no container is lost', async ({ change }, { house, image }) => {
    const before = await twoContainers(house, image)
    const damaged = change(readFileSync(saveOf(house.home), 'utf8'))
    writeFileSync(saveOf(house.home), damaged)

    const daemon = await house.start()
    expect(await daemon.client.getcont({ container_name: 'kept' })).toMatchObject({
      state: 'stopped',
      labels: { owner: 'ada' },
    })
    expect(await daemon.client.getcont({ container_name: 'runs' })).toMatchObject({
      state: 'running',
      pid: before.pid,
      labels: { owner: 'bob' },
    })
    const [aside = ''] = setAside(house.home)
    expect(readFileSync(join(dirname(saveOf(house.home)), aside), 'utf8')).toBe(damaged)
    expect(daemon.log()).toMatch(/save.* damaged/i)
    await daemon.client.stop({ container_name: 'runs' })
  })

  test('that is gone altogether costs no container either', async ({ house, image }) => {
    const before = await twoContainers(house, image)
    rmSync(saveOf(house.home))
    const daemon = await house.start()
    expect(await daemon.client.getcont({ container_name: 'runs' })).toMatchObject({ state: 'running', pid: before.pid })
    expect(await daemon.client.getcont({ container_name: 'kept' })).toMatchObject({ state: 'stopped' })
  })

  test('with a damaged backup still leaves what runs known', async ({ house, image }) => {
    const before = await twoContainers(house, image)
    for (const path of [saveOf(house.home), `${saveOf(house.home)}.bak`]) writeFileSync(path, 'garbage')

    const daemon = await house.start()
    expect(await daemon.client.getcont({ container_name: 'runs' })).toMatchObject({
      state: 'running',
      labels: { owner: 'bob' },
    })
    expect(containersOf(house.home)).toEqual([before.pid])
    expect(setAside(house.home)).toHaveLength(1)
  })

  test('is not made of one that can not be read: then the daemon does not start', async ({ house, image }) => {
    await twoContainers(house, image)
    const backup = readFileSync(`${saveOf(house.home)}.bak`, 'utf8')
    rmSync(saveOf(house.home))
    mkdirSync(saveOf(house.home))
    await expect(house.start()).rejects.toThrow('EISDIR')
    expect(readFileSync(`${saveOf(house.home)}.bak`, 'utf8')).toBe(backup)
  })
})
