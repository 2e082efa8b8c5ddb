import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { test as base, expect } from 'vitest'
import { createGuard } from './guard.ts'

/** A pipe that nobody writes into yet: to open it hangs. */
const test = base.extend('pipe', ({ onTestFinished }) => {
  const folder = mkdtempSync(join(tmpdir(), 'guard-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const pipe = join(folder, 'pipe')
  execFileSync('mkfifo', [pipe])
  return pipe
})

test('a read that hangs is given up, and so are the others until it comes back', async ({ pipe }) => {
  const guard = createGuard(50)
  const read = (path: string) => guard(() => readFile(path, 'utf8'))
  const before = performance.now()
  expect(await Promise.all([read(pipe), read('/proc/self/comm'), read(pipe)])).toEqual([
    undefined,
    undefined,
    undefined,
  ])
  expect(performance.now() - before).toBeLessThan(5_000)
  await writeFile(pipe, 'at last') // opens it once, so there was one read
  while ((await read('/proc/self/comm')) === undefined) await sleep(5)
})

test('reads come one after the other, and one that fails leaves the others', async () => {
  const guard = createGuard(10_000)
  let running = 0
  const work = async (result: number) => {
    running++
    await sleep(1)
    if (running !== 1) throw new Error('not alone')
    running--
    if (result === 1) throw new Error('one')
    return result
  }
  const results = await Promise.allSettled([0, 1, 2].map((result) => guard(() => work(result))))
  expect(results).toMatchObject([{ value: 0 }, { reason: new Error('one') }, { value: 2 }])
})
