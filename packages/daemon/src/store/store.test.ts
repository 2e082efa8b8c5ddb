import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test as base, describe, expect } from 'vitest'
import { createLog } from '../log.ts'
import { makeRecord } from './record.fixture.ts'
import { Store } from './store.ts'

const test = base
  .extend('folder', ({ task }, { onCleanup }) => {
    const folder = mkdtempSync(join(tmpdir(), `store-${task.id}-`))
    onCleanup(() => rmSync(folder, { recursive: true }))
    return folder
  })
  .extend('path', ({ folder }) => join(folder, 'save'))

const lines: string[] = []
const log = createLog({ debug: true, stream: { write: (line: string) => lines.push(line) }, colour: false })
const open = (path: string) => Store.open(path, log)
const saved = (path: string) => Object.keys(JSON.parse(readFileSync(path, 'utf8')).containers)

describe('the store', () => {
  test('is empty where nothing was saved yet', async ({ path }) => {
    const store = await open(path)
    expect(store.all()).toEqual([])
  })

  test('has on disk what it has promised, for the next daemon to find', async ({ path }) => {
    const store = await open(path)
    await store.put(makeRecord('web'))
    await store.put(makeRecord('web', { state: 'stopped' }))
    await store.put(makeRecord('gone'))
    await store.remove('gone')
    const next = await open(path)
    expect(next.all()).toEqual([makeRecord('web', { state: 'stopped' })])
    expect(next.recovered).toBe(false)
  })

  test('shows no change before it is on disk', async ({ path }) => {
    const store = await open(path)
    const putting = store.put(makeRecord('web'))
    expect(store.get('web')).toBeUndefined()
    await putting
    expect(store.get('web')).toEqual(makeRecord('web'))
  })

  test('writes changes that come together together', async ({ path }) => {
    const store = await open(path)
    await store.put(makeRecord('first'))
    const names = Array.from({ length: 100 }, (_, index) => `c${index}`)
    await Promise.all(names.map((name) => store.put(makeRecord(name))))
    expect(saved(path)).toEqual(['first', ...names])
    // The backup is the state one write before: had each been written alone, it would lack one only.
    expect(saved(`${path}.bak`).length).toBeLessThan(names.length)
  })

  test('stays as it was when a change can not be written, in memory and on disk', async ({ path }) => {
    const store = await open(path)
    await store.put(makeRecord('web'))
    const before = readFileSync(path, 'utf8')
    mkdirSync(`${path}.new`)
    const failing = [
      store.put(makeRecord('web', { state: 'stopped' })),
      store.put(makeRecord('new')),
      store.remove('web'),
    ]
    for (const { status } of await Promise.allSettled(failing)) expect(status).toBe('rejected')
    await expect(failing[0]).rejects.toMatchObject({ code: 'save_failed', status: 500 })
    expect(store.all()).toEqual([makeRecord('web')])
    expect(readFileSync(path, 'utf8')).toBe(before)

    rmdirSync(`${path}.new`)
    await store.put(makeRecord('later'))
    expect(saved(path)).toEqual(['web', 'later'])
  })

  test('takes nothing that it could not read again', async ({ path }) => {
    const store = await open(path)
    await expect(store.put({ ...makeRecord('web'), state: 'asleep' as 'running' })).rejects.toThrow(/state/)
    expect(store.all()).toEqual([])
  })

  test('knows a container by its own name only', async ({ path }) => {
    const store = await open(path)
    for (const name of ['constructor', 'toString', '__proto__']) expect(store.get(name), name).toBeUndefined()
    await store.put(makeRecord('constructor'))
    expect((await open(path)).get('constructor')).toEqual(makeRecord('constructor'))
  })

  test('keeps its file from others: there may be passwords in variables', async ({ path, folder }) => {
    const store = await open(path)
    await store.put(makeRecord('a'))
    await store.put(makeRecord('b'))
    for (const name of readdirSync(folder)) expect(statSync(join(folder, name)).mode & 0o077, name).toBe(0)
    expect(readdirSync(folder).sort()).toEqual(['save', 'save.bak'])
  })
})

describe('a damaged file', () => {
  const damage = async (path: string, change: (text: string) => string) => {
    const store = await open(path)
    await store.put(makeRecord('kept'))
    await store.put(makeRecord('newest'))
    writeFileSync(path, change(readFileSync(path, 'utf8')))
  }

  test.for([
    ['text', () => 'garbage'],
    ['half of it', (text: string) => text.slice(0, text.length / 2)],
    ['a changed word', (text: string) => text.replace('"kept"', '"lost"')],
    ['a container that is none', (text: string) => text.replace('"running"', '"asleep"')],
    ['another version', (text: string) => text.replace('"version": 1', '"version": 2')],
  ] as const)('with %s is set aside, and the one before is taken', async ([, change], { path, folder }) => {
    await damage(path, change)
    const text = readFileSync(path, 'utf8')
    lines.length = 0
    const store = await open(path)
    expect(store.recovered).toBe(true)
    expect(store.all().map(({ name }) => name)).toEqual(['kept'])
    const [aside = ''] = readdirSync(folder).filter((name) => name.startsWith('save.damaged-'))
    expect(readFileSync(join(folder, aside), 'utf8')).toBe(text)
    expect(lines.join('')).toMatch(/ERROR .*damaged/)
  })

  test('that is gone altogether is made up for by the backup too', async ({ path }) => {
    await damage(path, (text) => text)
    rmSync(path)
    const store = await open(path)
    expect(store.recovered).toBe(true)
    expect(store.all().map(({ name }) => name)).toEqual(['kept'])
  })

  test('with a damaged backup leaves an empty store, and both files to look at', async ({ path, folder }) => {
    await damage(path, () => 'garbage')
    writeFileSync(`${path}.bak`, 'garbage too')
    const store = await open(path)
    expect(store.all()).toEqual([])
    expect(store.recovered).toBe(true)
    expect(readFileSync(`${path}.bak`, 'utf8')).toBe('garbage too')
    expect(readdirSync(folder)).toHaveLength(2)
  })

  test('is not what can not be read: that is nobody’s to set aside', async ({ path, folder }) => {
    mkdirSync(path)
    await expect(open(path)).rejects.toThrow('EISDIR')
    expect(readdirSync(folder)).toEqual(['save'])
  })
})
