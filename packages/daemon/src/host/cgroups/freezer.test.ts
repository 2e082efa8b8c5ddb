import { describe, expect, test } from 'vitest'
import { stubDriver } from './driver.fixture.ts'
import { createFreezer } from './freezer.ts'

/** A freezer that notes what is asked of it, and is frozen after so many looks. */
const freezerAfter = (looks: number, ms: number) => {
  const asked: boolean[] = []
  const driver = stubDriver('/none', {
    setFrozen: async (_, frozen) => {
      asked.push(frozen)
      return true
    },
    isFrozen: async () => --looks < 0,
  })
  return { asked, freezer: createFreezer(driver, ms) }
}

describe('freezing', () => {
  test('waits until all are frozen', async () => {
    const { asked, freezer } = freezerAfter(2, 10_000)
    await freezer.freeze('c-a')
    expect(asked).toEqual([true, true, true])
  })

  test('lets go in between, then goes on', async () => {
    const { asked, freezer } = freezerAfter(25, 10_000)
    await freezer.freeze('c-a')
    expect(asked.filter((frozen) => !frozen)).toHaveLength(1)
    expect(asked.at(-1)).toBe(true)
  })

  test('gives up after a while, and lets go', async () => {
    const { asked, freezer } = freezerAfter(Number.POSITIVE_INFINITY, 25)
    await expect(freezer.freeze('c-a')).rejects.toThrow(/not all frozen after 0\.025 s, so they run again/)
    expect(asked.at(-1)).toBe(false)
  })

  test('lets go when it can’t be seen whether they are', async () => {
    const asked: boolean[] = []
    const driver = stubDriver('/none', {
      setFrozen: async (_, frozen) => asked.push(frozen) > 0,
      isFrozen: () => Promise.reject(new Error('unreadable')),
    })
    await expect(createFreezer(driver, 1000).freeze('c-a')).rejects.toThrow('unreadable')
    expect(asked).toEqual([true, false])
  })

  test('takes a kernel that can', async () => {
    const driver = stubDriver('/none', { setFrozen: async () => false })
    await expect(createFreezer(driver, 1000).freeze('c-a')).rejects.toThrow(/kernel can't freeze a cgroup; it needs/)
  })
})
