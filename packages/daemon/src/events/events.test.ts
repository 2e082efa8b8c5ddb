import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { EventItem } from '@aptorch/shared'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createLog } from '../log.ts'
import { Events } from './events.ts'
import { kept } from './history.ts'

const log = createLog({ debug: false, stream: { write: () => undefined }, colour: false })
const never = new AbortController().signal

let folder = ''
let path = ''
let events: Events

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'aptorch-events-'))
  path = join(folder, 'events')
  events = await Events.open(path, log)
})
afterEach(async () => {
  await events.close()
  rmSync(folder, { recursive: true })
})

const emit = (count: number) => {
  for (let at = 0; at < count; at++) events.emit('paused', { container_name: 'web' }, { at })
}

const read = async (from: Parameters<Events['read']>[0]) => {
  const items: EventItem[] = []
  for await (const item of events.read(from, false, never)) items.push(item)
  return items
}
const idsOf = (items: readonly EventItem[]) => items.map(({ id }) => Number(id))

describe('a reader', () => {
  test('gets what is after an id, in order', async () => {
    emit(5)
    expect(idsOf(await read({ id: 3 }))).toEqual([3, 4, 5])
    expect(await read({ id: 6 })).toEqual([])
  })

  test('gets what is since a moment', async () => {
    emit(3)
    expect(idsOf(await read({ moment: 0 }))).toEqual([1, 2, 3])
    expect(await read({ moment: Date.now() + 1000 })).toEqual([])
  })

  test('is told when it has missed something, and goes on where the history begins', async () => {
    emit(kept + 10)
    const items = await read({ id: 5 })
    expect([items[0]?.type, items[0]?.id, items[1]?.id]).toEqual(['missed', '10', '11'])
    expect(items).toHaveLength(kept + 1)
  })

  test('with an id that was never given is told that it has missed something', async () => {
    emit(2)
    expect((await read({ id: 90 })).map(({ type }) => type)).toEqual(['missed', 'paused', 'paused'])
  })

  test('follows what comes, until it leaves', async () => {
    const leaving = new AbortController()
    const ids: string[] = []
    const following = (async () => {
      for await (const { id } of events.read('now', true, leaving.signal)) ids.push(id)
    })()
    emit(2)
    await new Promise(setImmediate)
    emit(1)
    await new Promise(setImmediate)
    leaving.abort()
    await following
    expect(ids).toEqual(['1', '2', '3'])
  })

  test('that is too slow is told so, and costs no memory', async () => {
    const slow = events.read('now', true, never)
    emit(1)
    expect((await slow.next()).value).toMatchObject({ id: '1' })
    emit(2 * kept)
    expect((await slow.next()).value).toMatchObject({ type: 'missed' })
    expect((await slow.next()).value).toMatchObject({ id: String(kept + 2) })
    await slow.return(undefined)
  })
})

describe('a daemon that comes back', () => {
  const reopen = async () => {
    await events.close()
    events = await Events.open(path, log)
  }

  test('knows what was, and goes on counting', async () => {
    emit(3)
    await reopen()
    emit(1)
    expect(idsOf(await read({ id: 2 }))).toEqual([2, 3, 4])
  })

  test('keeps its file small', async () => {
    emit(2 * kept + 50)
    await events.close()
    expect(readFileSync(path, 'utf8').split('\n').length).toBeLessThanOrEqual(2 * kept + 1)
    await reopen()
    expect(readFileSync(path, 'utf8').split('\n')).toHaveLength(kept + 1)
  })

  test('starts without its events when a folder is in their place', async () => {
    emit(1)
    await events.close()
    rmSync(path)
    mkdirSync(path)
    await reopen()
    expect(await read({ moment: 0 })).toEqual([])
    emit(1)
    expect(idsOf(await read({ moment: 0 }))).toEqual([1])
  })

  test('reads no more than the end of a file that has grown beyond all bounds', async () => {
    emit(3)
    await events.close()
    writeFileSync(path, `${'x'.repeat(40 * 1024 * 1024)}\n${readFileSync(path, 'utf8')}`)
    await reopen()
    expect(idsOf(await read({ moment: 0 }))).toEqual([1, 2, 3])
    expect(readFileSync(path, 'utf8').length).toBeLessThan(10_000)
  })

  test.for([
    ['a line that is cut off', (whole: string) => whole.slice(0, -20), [1, 2]],
    ['rubbish at its end', (whole: string) => `${whole}\0\0\0`, [1, 2, 3]],
    ['an empty file', () => '', []],
  ] as const)('takes what is left in a file with %s', async ([, damage, left]) => {
    emit(3)
    await events.close()
    writeFileSync(path, damage(readFileSync(path, 'utf8')))
    await reopen()
    expect(idsOf(await read({ moment: 0 }))).toEqual(left)
  })

  test('counts with no id that follows a gap', async () => {
    emit(2)
    await events.close()
    const [first = ''] = readFileSync(path, 'utf8').split('\n')
    appendFileSync(path, `${JSON.stringify({ ...JSON.parse(first), id: '9' })}\n`)
    await reopen()
    expect((await read({ id: 1 })).map(({ id, type }) => [id, type])).toEqual([
      ['8', 'missed'],
      ['9', 'paused'],
    ])
  })
})
