import { setImmediate as soon } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { both } from './both.ts'

test('of two, both have ended before one’s failure is told', async () => {
  let ended = false
  const slow = async () => {
    await soon()
    ended = true
  }
  await expect(both(Promise.reject(new Error('at once')), slow())).rejects.toThrow('at once')
  expect(ended).toBe(true)
  expect(await both(Promise.resolve(1), Promise.resolve('a'))).toEqual([1, 'a'])
})
