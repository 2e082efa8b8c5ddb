import { mkdirSync, mkdtempSync, readdirSync, rmdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test as base, describe, expect } from 'vitest'
import { entries, textsIn } from './log-file.fixture.ts'
import { LogFile } from './log-file.ts'

const test = base.extend('folder', ({ task }, { onCleanup }) => {
  const folder = mkdtempSync(join(tmpdir(), `log-${task.id}-`))
  onCleanup(() => rmSync(folder, { recursive: true }))
  return folder
})

describe('the files of a log', () => {
  test('are as many as are kept, and none is larger than it may be', ({ folder }) => {
    const file = new LogFile(folder, { maxSize: 2 * entries('0').length, maxFiles: 3 })
    for (let number = 0; number < 9; number++) file.append(entries(String(number)))
    file.close()
    expect(['log.2', 'log.1', 'log'].map((name) => textsIn(folder, name))).toEqual([['4', '5'], ['6', '7'], ['8']])
    expect(readdirSync(folder)).toHaveLength(3)
  })

  test('are fewer when fewer are wanted, down to one', ({ folder }) => {
    for (const name of ['log', 'log.1', 'log.2', 'log.12']) writeFileSync(join(folder, name), entries(name))
    const file = new LogFile(folder, { maxSize: 1, maxFiles: 2 })
    expect(readdirSync(folder).toSorted()).toEqual(['log', 'log.1'])
    file.limits = { maxSize: 1, maxFiles: 1 }
    file.append(entries('next'))
    file.close()
    expect(textsIn(folder, 'log')).toEqual(['next'])
  })

  test('are moved on after a crash in the middle of a rotation', ({ folder }) => {
    for (const name of ['log', 'log.2']) writeFileSync(join(folder, name), entries(name))
    const file = new LogFile(folder, { maxSize: 1, maxFiles: 4 })
    file.append(entries('next'))
    file.close()
    expect(readdirSync(folder).toSorted()).toEqual(['log', 'log.1', 'log.3'])
    expect(textsIn(folder, 'log.3')).toEqual(['log.2'])
  })

  test('go on after a torn entry on a line of their own', ({ folder }) => {
    writeFileSync(join(folder, 'log'), Buffer.concat([entries('whole'), entries('torn').subarray(0, 35)]))
    const file = new LogFile(folder, { maxSize: 10_000, maxFiles: 1 })
    file.append(entries('next'))
    file.close()
    expect(textsIn(folder, 'log')).toEqual(['whole', expect.stringMatching(/^1970-/), 'next'])
  })
})

test('what can not be written is counted, and said when writing works again', ({ folder }) => {
  mkdirSync(join(folder, 'log'))
  const file = new LogFile(folder, { maxSize: 10_000, maxFiles: 2 })
  file.append(entries('a', 'b'))
  file.append(entries('c'))
  rmdirSync(join(folder, 'log'))
  file.append(entries('d'))
  file.append(entries('e'))
  file.close()
  expect(textsIn(folder, 'log')).toEqual(['!aptorch: lines lost here: 3, not written: EISDIR', 'd', 'e'])
})
