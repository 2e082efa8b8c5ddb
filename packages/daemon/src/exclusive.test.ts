import { setImmediate as turn } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { Exclusive } from './exclusive.ts'

/** An operation that notes when it begins and ends, and waits for its turn to end. */
const operations = () => {
  const events: string[] = []
  const ends: Record<string, () => void> = {}
  const operation = (id: string) => async () => {
    events.push(`${id} begins`)
    await new Promise<void>((resolve) => {
      ends[id] = resolve
    })
    events.push(`${id} ends`)
    return id
  }
  return { events, operation, end: (id: string) => ends[id]?.() }
}

describe('operations', () => {
  test('on one name never overlap, and keep their order', async () => {
    const exclusive = new Exclusive()
    const { events, operation, end } = operations()
    const all = ['1', '2', '3'].map((id) => exclusive.run('web', operation(id)))
    for (const id of ['1', '2', '3']) {
      await turn()
      end(id)
      await turn()
    }
    expect(await Promise.all(all)).toEqual(['1', '2', '3'])
    expect(events).toEqual(['1 begins', '1 ends', '2 begins', '2 ends', '3 begins', '3 ends'])
  })

  test('on different names run side by side', async () => {
    const exclusive = new Exclusive()
    const { events, operation, end } = operations()
    const both = [exclusive.run('a', operation('a')), exclusive.run('b', operation('b'))]
    await turn()
    expect(events).toEqual(['a begins', 'b begins'])
    end('a')
    end('b')
    await Promise.all(both)
  })

  test('go on after one that fails, whose error is its own', async () => {
    const exclusive = new Exclusive()
    const failing = exclusive.run('web', () => Promise.reject(new Error('no')))
    const next = exclusive.run('web', async () => 'yes')
    await expect(failing).rejects.toThrow('no')
    expect(await next).toBe('yes')
  })

  test('that are only tried pass by a name that is taken', async () => {
    const exclusive = new Exclusive()
    const { events, operation, end } = operations()
    const first = exclusive.run('web', operation('first'))
    await turn()
    await exclusive.tryRun('web', async () => {
      events.push('tried')
    })
    end('first')
    await first
    await turn()
    await exclusive.tryRun('web', async () => {
      events.push('tried again')
    })
    expect(events).toEqual(['first begins', 'first ends', 'tried again'])
  })
})

describe('idle', () => {
  test('waits for all that is under way', async () => {
    const exclusive = new Exclusive()
    const { events, operation, end } = operations()
    exclusive.run('web', operation('1'))
    const idle = exclusive.idle(10_000).then(() => events.push('idle'))
    await turn()
    end('1')
    await idle
    expect(events).toEqual(['1 begins', '1 ends', 'idle'])
  })

  test('gives up when its time is up', async () => {
    const exclusive = new Exclusive()
    const { operation, end } = operations()
    const hanging = exclusive.run('web', operation('hangs'))
    await exclusive.idle(20)
    end('hangs')
    expect(await hanging).toBe('hangs')
  })
})
