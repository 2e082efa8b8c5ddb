import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect } from 'vitest'
import { homeAt } from '../home.ts'
import { all, print, test, texts } from './logs.fixture.ts'

describe('what a container prints', { timeout: 30_000 }, () => {
  test('is kept line by line with its time and stream', async ({ place }) => {
    const { logs, account, home } = place
    const before = new Date()
    await logs.prepare('web', account)
    await print(place, 'web', 'echo one; echo; printf "two words\\n"')
    await print(place, 'web', 'echo oops >&2')
    expect(await logs.settle('web')).toBe(true)
    expect(await texts(logs.read('web', all))).toEqual(['one', '', 'two words', '!oops'])
    expect(await texts(logs.read('web', { ...all, streams: ['stderr'] }))).toEqual(['!oops'])
    const file = join(home.logsOf('web'), 'log')
    expect(readFileSync(file, 'utf8')).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z stdout F one\n/)
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(statSync(home.logsOf('web')).mode & 0o777).toBe(0o700)
    expect(await texts(logs.read('web', { ...all, since: before, until: new Date(Date.now() + 1) }))).toHaveLength(4)
    expect(await texts(logs.read('web', { ...all, until: before }))).toEqual([])
  })

  test('is one line however it comes, and is parts when it is too long or cut off', async ({ place }) => {
    const { logs, account } = place
    await logs.prepare('web', account)
    await print(
      place,
      'web',
      'printf a; sleep 0.05; printf b; sleep 0.05; echo c; head -c 40000 /dev/zero | tr "\\0" x; printf end',
    )
    await logs.settle('web')
    const [first, ...rest] = await texts(logs.read('web', all))
    expect(first).toBe('abc')
    expect(rest.map((text) => text.length)).toEqual([16385, 16385, 40003 - 2 * 16384 + 1])
    expect(rest.join('').replaceAll('…', '')).toBe(`${'x'.repeat(40000)}end`)
    expect(await texts(logs.read('web', { ...all, tail: 1 }))).toEqual(rest)
    expect(await texts(logs.read('web', { ...all, tail: 2 }))).toEqual([first, ...rest])
  })

  test('stays as it is when it is not text', async ({ place }) => {
    const { logs, account } = place
    await logs.prepare('web', account)
    await print(place, 'web', "printf '\\377\\000\\200 \\r\\n'")
    await logs.settle('web')
    expect(await texts(logs.read('web', all))).toEqual(['\xff\0\x80 \r'])
  })

  test('goes on at the next start, and is removed with the container', async ({ place }) => {
    const { logs, account, home } = place
    for (const time of ['first', 'second']) {
      await logs.prepare('web', account)
      await print(place, 'web', `echo ${time}`)
      await logs.settle('web')
    }
    await logs.prepare('other', account)
    expect(await texts(logs.read('web', all))).toEqual(['first', 'second'])
    await logs.forget('web')
    await logs.forget('web')
    expect(await texts(logs.read('web', all))).toEqual([])
    await logs.sweep({ known: [], running: [] })
    expect(readdirSync(home.logs).filter((name) => !name.startsWith('.'))).toEqual([])
  })

  test('of two hundred at once is kept', async ({ place }) => {
    const { logs, account } = place
    const names = Array.from({ length: 200 }, (_, index) => `c${index}`)
    for (const name of names) await logs.prepare(name, account)
    await print(place, 'c0', 'for f in "$0"/../*; do for i in 1 2 3; do echo "line $i" >"$f/stdout"; done; done')
    for (const name of names) {
      expect(await logs.settle(name)).toBe(true)
      expect(await texts(logs.read(name, all))).toEqual(['line 1', 'line 2', 'line 3'])
    }
  })
})

describe('the logger', { timeout: 30_000 }, () => {
  test('outlives the daemon, serves the next, and ends when nobody needs it', async ({ place }) => {
    const { logs, open, account, loggerPid } = place
    await logs.prepare('web', account)
    const pid = await loggerPid()
    await logs.close()
    await print(place, 'web', 'echo meanwhile')
    const next = open()
    await next.sweep({ known: ['web'], running: ['web'] })
    expect(await loggerPid()).toBe(pid)
    expect(await next.settle('web')).toBe(true)
    expect(await texts(next.read('web', all))).toEqual(['meanwhile'])
    await next.close()
    await expect.poll(loggerPid).toBeUndefined()
  })

  test('is one for a home, whoever asks for it at once', async ({ place }) => {
    const { logs, open, account, loggerPid, home } = place
    const others = await Promise.all([open(), open(), open()])
    await Promise.all([logs, ...others].map((one, index) => one.prepare(`c${index}`, account)))
    await print(place, 'c3', 'for i in 0 1 2 3; do echo "$i" >"$0/../c$i/stdout"; done')
    for (const index of [0, 1, 2, 3]) {
      await logs.settle(`c${index}`)
      expect(await texts(logs.read(`c${index}`, all))).toEqual([String(index)])
    }
    expect(await loggerPid()).toBeDefined()
    expect(readFileSync(join(home.logs, '.complaints'), 'utf8')).toBe('')
  })

  test('that was killed comes back, and nothing that was printed meanwhile is lost', async ({ place }) => {
    const { logs, account, loggerPid, complaints } = place
    await logs.prepare('web', account)
    const printing = print(place, 'web', 'for i in 1 2 3 4 5 6 7 8 9 10; do echo "$i"; sleep 0.05; done')
    await expect.poll(() => texts(logs.read('web', all))).toContain('2')
    const pid = (await loggerPid()) ?? 0
    process.kill(pid, 'SIGKILL')
    await expect.poll(loggerPid).toBeUndefined()
    await logs.ensure()
    expect(await loggerPid()).not.toBe(pid)
    await printing
    expect(await logs.settle('web')).toBe(true)
    expect(await texts(logs.read('web', all))).toEqual(['1', '2', '3', '4', '5', '6', '7', '8', '9', '10'])
    expect(complaints).toEqual([])
  })

  test('works below a folder however deep', async ({ place }) => {
    const { open, account, root } = place
    const home = homeAt(join(root, 'deep'.repeat(30), 'er'.repeat(60)))
    mkdirSync(home.run, { recursive: true })
    const logs = open({ home })
    await logs.prepare('web', account)
    await print({ home }, 'web', 'echo deep')
    await logs.settle('web')
    expect(await texts(logs.read('web', all))).toEqual(['deep'])
    await logs.close()
  })

  test('that can not be started is a failure of the start, with its reason', async ({ place }) => {
    const { open, account, root } = place
    const script = join(root, 'broken')
    writeFileSync(script, '#!/bin/sh\necho no memory >&2; exit 1\n', { mode: 0o755 })
    const logs = open({ program: [script] })
    await expect(logs.prepare('web', account)).rejects.toThrow(
      "the output of web can't be kept: the logger ended at its start: no memory",
    )
    const missing = open({ program: [join(root, 'missing')] })
    await expect(missing.prepare('web', account)).rejects.toThrow(/ENOENT/)
  })

  test('writes what it has when it is told to end, and the next one goes on', async ({ place }) => {
    const { logs, account, loggerPid, home } = place
    await logs.prepare('web', account)
    const printing = print(
      place,
      'web',
      'echo one; printf half; until [ -e "$0/go" ]; do sleep 0.01; done; echo " line"',
    )
    await expect.poll(() => texts(logs.read('web', all))).toEqual(['one'])
    process.kill((await loggerPid()) ?? 0, 'SIGTERM')
    await expect.poll(loggerPid).toBeUndefined()
    expect(await texts(logs.read('web', all))).toEqual(['one', 'half…'])
    writeFileSync(join(home.runOf('web'), 'go'), '')
    await printing // there is no logger yet, and no container any more: the daemon keeps what was printed
    await logs.settle('web')
    expect(await texts(logs.read('web', all))).toEqual(['one', 'half…', ' line'])
  })

  test('does not wait for ever for one that still could write', async ({ place }) => {
    const { logs, account } = place
    await logs.prepare('web', account)
    const printing = print(place, 'web', 'echo early; sleep 3')
    await expect.poll(() => texts(logs.read('web', all))).toEqual(['early'])
    expect(await logs.settle('web')).toBe(false)
    await printing
  })
})
