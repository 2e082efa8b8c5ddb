import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { identify } from './process.ts'
import { runToolWith } from './tool.ts'

describe('a program of the host', () => {
  test('gets what it is given, and nothing where nothing is given', async () => {
    expect(await runToolWith({ input: 'a\nb' }, 'cat')).toEqual({ ok: true, stdout: 'a\nb', stderr: '' })
    expect(await runToolWith({}, 'cat')).toEqual({ ok: true, stdout: '', stderr: '' })
    expect(await runToolWith({ timeout: 5000 }, 'sh', '-c', 'echo no >&2; exit 3')).toEqual({
      ok: false,
      stdout: '',
      stderr: 'no',
    })
  })

  const never = [
    ['it does not end', 'exec sleep 1000'],
    ['it lets no signal end it but one', 'trap "" TERM INT; while :; do sleep 0.01; done'],
    ['something that it left behind keeps our pipes', 'setsid sleep 2 & exit 0'],
  ] as const
  test.for(never)('is given up when %s', async ([, script]) => {
    const start = performance.now()
    expect(await runToolWith({ timeout: 100 }, 'sh', '-c', script)).toEqual({
      ok: false,
      stdout: '',
      stderr: 'sh did not end within 0.1 s',
    })
    expect(performance.now() - start).toBeLessThan(1500)
  })

  test('is killed when it is given up, with what it started', async ({ onTestFinished }) => {
    const folder = mkdtempSync(join(tmpdir(), 'tool-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    const script = 'sleep 1000 & echo $$ $! >"$0"; wait'
    await runToolWith({ timeout: 300 }, 'sh', '-c', script, join(folder, 'pids'))
    const pids = readFileSync(join(folder, 'pids'), 'utf8').trim().split(' ').map(Number)
    expect(pids).toHaveLength(2)
    await expect.poll(() => pids.map(identify)).toEqual([undefined, undefined])
  })
})
