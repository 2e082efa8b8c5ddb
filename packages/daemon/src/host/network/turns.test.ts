import { setImmediate as soon } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { createLanes, createTurns } from './turns.ts'

test('for one name things happen in turn, also after a failure, and other names do not wait', async () => {
  const inTurn = createTurns()
  const seen: string[] = []
  const { promise: held, resolve: letGo } = Promise.withResolvers<void>()
  const first = inTurn('a', async () => {
    await held
    seen.push('first')
    throw new Error('it went wrong')
  })
  const second = inTurn('a', async () => seen.push('second'))
  await inTurn('b', async () => seen.push('other'))
  expect(seen).toEqual(['other'])
  letGo()
  await expect(first).rejects.toThrow('it went wrong')
  expect(await second).toBe(3)
  expect(seen).toEqual(['other', 'first', 'second'])
})

test('no more than so many run at a time, and all of them do', async () => {
  const inLane = createLanes(3)
  let running = 0
  let most = 0
  const done = await Promise.allSettled(
    Array.from({ length: 20 }, (_, index) =>
      inLane(async () => {
        running++
        most = Math.max(most, running)
        await soon()
        running--
        if (index % 2) throw new Error('odd')
        return index
      }),
    ),
  )
  expect(most).toBe(3)
  expect(done.filter(({ status }) => status === 'fulfilled')).toHaveLength(10)
})
