import { setImmediate as soon } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { createLanes } from './lanes.ts'

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
