import { describe, expect } from 'vitest'
import { containersOf, isStarting, statesOf, test, until } from '../harness.ts'

const names = Array.from({ length: 20 }, (_, index) => `c${index}`)

describe('twenty starts at once', () => {
  test('all run', async ({ house, image }) => {
    const daemon = await house.start()
    const started = await Promise.all(names.map((container_name) => daemon.client.start({ container_name, image })))
    expect(new Set(started.map(({ pid }) => pid)).size).toBe(names.length)
    expect(await statesOf(daemon)).toEqual(Object.fromEntries(names.map((name) => [name, 'running'])))
    expect(containersOf(house.home).sort()).toEqual(started.map(({ pid }) => pid).sort())
  })

  const moments = [
    { moment: 'before any is answered', is: (_: number, home: string) => isStarting(home) },
    { moment: 'when some are answered', is: (answered: number) => answered >= 3 },
  ]

  test.for(moments)(
    'lose no answered container to a kill -9 $moment, and leave none that nobody knows',
    async ({ is }, { house, image }) => {
      const first = await house.start()
      await first.client.start({ container_name: 'before', image })
      const answered = new Set<string>()
      const starts = Promise.allSettled(
        names.map(async (container_name) => {
          await first.client.start({ container_name, image })
          answered.add(container_name)
        }),
      )
      await until('the moment', () => is(answered.size, house.home))
      await first.kill()
      await starts
      expect(answered.size).toBeLessThan(names.length)

      const second = await house.start()
      await until('what was being started to be there or gone', () => !isStarting(house.home))
      const known = await until('only known containers to run', async () => {
        const all = await second.client.getallcont({})
        const pids = all.map(({ pid }) => pid).filter((pid) => pid !== null)
        return containersOf(house.home).sort().join() === pids.sort().join() && all
      })
      for (const { container_name, state } of known) expect(['running', 'failed'], container_name).toContain(state)
      const running = known.filter(({ state }) => state === 'running').map(({ container_name }) => container_name)
      expect(running).toEqual(expect.arrayContaining(['before', ...answered]))

      // Those that were cut off, whichever they are: their names are free again after a delete.
      for (const { container_name } of known.filter(({ state }) => state === 'failed').slice(0, 2)) {
        await second.client.deletecont({ container_name })
        expect(await second.client.start({ container_name, image })).toMatchObject({ state: 'running' })
      }
    },
  )
})
