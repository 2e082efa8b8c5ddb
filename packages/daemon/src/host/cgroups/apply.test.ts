import { mkdirSync, rmSync, symlinkSync } from 'node:fs'
import { describe, expect } from 'vitest'
import { applyLimits } from './apply.ts'
import { stubDriver } from './driver.fixture.ts'
import { test } from './tree.fixture.ts'

const files = { memory: '100\n', cpus: '1\n', pids: '10\n' }

describe('limits', () => {
  test('are all set', async ({ tree: { root, fill, read } }) => {
    fill(files)
    await applyLimits(stubDriver(root), 'c-a', { memory: 200, cpus: null, pids: 20 })
    expect([read('memory'), read('cpus'), read('pids')]).toEqual(['200', 'null', '20'])
  })

  test('are all as they were when the kernel refuses one', async ({ tree: { root, fill, read } }) => {
    fill({ memory: files.memory, cpus: files.cpus })
    symlinkSync('/proc/version', `${root}/pids`) // nobody can write that
    const setting = applyLimits(stubDriver(root), 'c-a', { memory: 200, cpus: 2, pids: 20 })
    await expect(setting).rejects.toThrow(/^pids: the kernel does not take 20 for .*\/pids: E[A-Z]+: [^;]*$/)
    expect([read('memory'), read('cpus')]).toEqual(['100', '1'])
  })

  test('that can’t be put back are named', async ({ tree: { root, fill } }) => {
    fill(files)
    const { knobs } = stubDriver(root)
    const pids = {
      file: 'pids',
      writes: async () => {
        rmSync(`${root}/memory`)
        mkdirSync(`${root}/memory`)
        throw new Error('no')
      },
    }
    const driver = stubDriver(root, { knobs: { ...knobs, pids } })
    await expect(applyLimits(driver, 'c-a', { memory: 200, cpus: 2, pids: 20 })).rejects.toThrow(
      /^pids: no; the former limit of memory could not be put back: the kernel does not take 100 for .*EISDIR/,
    )
  })

  test('need their controller, except to be lifted', async ({ tree: { root, fill, read } }) => {
    fill({ memory: files.memory, cpus: files.cpus })
    const driver = stubDriver(root)
    await applyLimits(driver, 'c-a', { memory: 200, cpus: 2, pids: null })
    expect(read('memory')).toBe('200')
    const setting = applyLimits(driver, 'c-a', { memory: 300, cpus: 2, pids: 20 })
    await expect(setting).rejects.toThrow('pids: there is no such controller')
    expect(read('memory')).toBe('200')
    const unmounted = stubDriver(root, { folderOf: () => undefined })
    await expect(applyLimits(unmounted, 'c-a', { memory: 1, cpus: null, pids: null })).rejects.toThrow(
      'memory: there is no such controller',
    )
  })
})
