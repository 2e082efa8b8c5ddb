import { appendFileSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test as base, describe, expect } from 'vitest'
import { headOf, type Stream, setTag, stamp } from '../logger/entry.ts'
import { all, textOf, texts } from './logs.fixture.ts'
import { readLog } from './read.ts'

const test = base.extend('folder', ({ task }, { onCleanup }) => {
  const folder = mkdtempSync(join(tmpdir(), `read-${task.id}-`))
  onCleanup(() => rmSync(folder, { recursive: true }))
  return folder
})

const entry = (text: string, { at = 0, stream = 'stdout' as Stream, partial = false } = {}) => {
  const head = headOf(stamp(at), stream)
  setTag(head, partial)
  return Buffer.concat([head, Buffer.from(`${text}\n`)])
}

const write = (folder: string, file: string, ...parts: (string | Buffer)[]) =>
  writeFileSync(join(folder, file), Buffer.concat(parts.map((part) => (typeof part === 'string' ? entry(part) : part))))

describe('reading', () => {
  test('goes over all files, oldest first, with gaps in their numbers', async ({ folder }) => {
    for (const [file, text] of [
      ['log.10', 'a'],
      ['log.2', 'b'],
      ['log', 'c'],
      ['log.x', 'no'],
      ['log.gz', 'no'],
    ] as const)
      write(folder, file, text)
    expect(await texts(readLog(folder, all))).toEqual(['a', 'b', 'c'])
    expect(await texts(readLog(folder, { ...all, tail: 2 }))).toEqual(['b', 'c'])
    expect(await texts(readLog(join(folder, 'none'), { ...all, tail: 2 }))).toEqual([])
  })

  test('passes over what is no entry, and what is not whole yet', async ({ folder }) => {
    const noise = [Buffer.from('\n'), Buffer.alloc(100_000), Buffer.from('\nnoise\n')]
    write(folder, 'log', 'a', ...noise, 'b', entry('torn').subarray(0, -1))
    expect(await texts(readLog(folder, all))).toEqual(['a', 'b'])
    expect(await texts(readLog(folder, { ...all, tail: 1 }))).toEqual(['b'])
    expect(await texts(readLog(folder, { ...all, tail: 9 }))).toEqual(['a', 'b'])
    expect(await texts(readLog(folder, { ...all, tail: 0 }))).toEqual([])
  })

  test('finds every tail, wherever blocks begin', async ({ folder }) => {
    const lines = Array.from({ length: 60 }, (_, index) => String(index).padEnd((index * 911) % 16_000, '.'))
    write(folder, 'log.1', ...lines.slice(0, 25))
    write(folder, 'log', ...lines.slice(25))
    for (let tail = 1; tail <= 61; tail++) {
      expect(await texts(readLog(folder, { ...all, tail }))).toEqual(lines.slice(-tail))
    }
  })

  test('counts lines of the streams chosen, in the time chosen', async ({ folder }) => {
    const [out, err] = ['stdout', 'stderr'] as const
    const minute = (at: number, text: string, stream: Stream) => entry(text, { at: at * 60_000, stream })
    write(folder, 'log', minute(1, 'a', out), minute(2, 'b', err), minute(3, 'c', out), minute(4, 'd', err))
    const read = (options: Partial<typeof all>) => texts(readLog(folder, { ...all, ...options }))
    expect(await read({ streams: [err], tail: 1 })).toEqual(['!d'])
    expect(await read({ streams: [out], tail: 1 })).toEqual(['c'])
    expect(await read({ since: new Date(2 * 60_000), until: new Date(4 * 60_000) })).toEqual(['!b', 'c'])
    expect(await read({ until: new Date(4 * 60_000), tail: 1 })).toEqual(['c'])
    expect(await read({ until: new Date(4 * 60_000), follow: true, ended: () => false })).toEqual(['a', '!b', 'c'])
  })
})

describe('following', () => {
  test('goes on with what comes, also in newer files, until it is over', async ({ folder }) => {
    let over = false
    const found: string[] = []
    const reading = (async () => {
      for await (const piece of readLog(folder, { ...all, follow: true, ended: () => over })) found.push(textOf(piece))
    })()
    write(folder, 'log', 'a', entry('b').subarray(0, 20))
    await expect.poll(() => found).toEqual(['a'])
    appendFileSync(join(folder, 'log'), entry('b').subarray(20))
    await expect.poll(() => found).toEqual(['a', 'b'])
    renameSync(join(folder, 'log'), join(folder, 'log.1'))
    write(folder, 'log', 'c')
    await expect.poll(() => found).toEqual(['a', 'b', 'c'])
    appendFileSync(join(folder, 'log'), entry('d'))
    over = true
    await reading
    expect(found).toEqual(['a', 'b', 'c', 'd'])
  })

  test('begins with a tail, and ends when it is broken off', async ({ folder }) => {
    write(folder, 'log', 'a', 'b', 'c')
    const stop = new AbortController()
    const pieces = readLog(folder, { ...all, follow: true, tail: 1, ended: () => false, signal: stop.signal })
    expect(textOf((await pieces.next()).value ?? { missed: true })).toBe('c')
    const next = pieces.next()
    stop.abort()
    expect(await next).toEqual({ done: true, value: undefined })
  })
})
