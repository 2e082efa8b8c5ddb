import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect } from 'vitest'
import { isAlive, until } from '../harness.ts'
import { childrenOf, openFiles, processesWith, test } from './engine-exec.fixture.ts'

describe('a program in a running container', () => {
  test('has streams of its own, its folder and its variables as they were sent', async ({ run }) => {
    const environment = { VALUE: `a,b $(id) 'c' "d"\n`, HOME: '/its home' }
    const line = 'pwd; printf %s "$VALUE"; echo; echo "$HOME"; cat; echo error >&2; exit 7'
    expect(await run(line, { workingDir: '/etc', environment, stdin: true }, 'input\n')).toEqual({
      out: `/etc\n${environment.VALUE}\n/its home\ninput\n`,
      err: 'error\n',
      code: 7,
    })
  })

  test('sees nothing of the variables of the daemon', async ({ run }) => {
    const { out } = await run('env')
    expect(out).not.toMatch(/APPTAINER_(CONFIG|CACHE|TMP)DIR|NODE|VITEST|USER_PATH/)
    expect(out).toMatch(/^HOME=\/root$/m)
  })

  test('can open its streams again by their names', async ({ run }) => {
    const line = 'sleep 0.1; echo out >/dev/stdout; echo error >/dev/stderr; cat /dev/stdin' // long after its end
    for (const user of [null, { uid: 1000, gid: 1000 }])
      expect(await run(line, { stdin: true, user }, 'in')).toEqual({ out: 'out\nin', err: 'error\n', code: 0 })
  })

  test('without an input finds it empty', async ({ run }) => {
    expect(await run('cat; echo end')).toEqual({ out: 'end\n', err: '', code: 0 })
  })

  test('that a signal ends shows its number', async ({ run }) => {
    expect((await run('kill -9 $$')).code).toBe(137)
    expect((await run('kill -15 $$')).code).toBe(143)
  })

  test('runs as the user that was asked for', async ({ run }) => {
    const { out } = await run('id -u; id -g; id -G; echo "$HOME"', { user: { uid: 1000, gid: 1001 } })
    expect(out).toBe('1000\n1001\n1001\n/root\n')
  })

  test('may print what Apptainer prints when it fails', async ({ run }) => {
    const line = 'echo "FATAL:   it" >&2; exit 3'
    expect(await run(line)).toEqual({ out: '', err: 'FATAL:   it\n', code: 3 })
  })

  test('ends for its caller although what it left behind keeps its streams open', async ({ run }) => {
    expect(await run('sleep 1000 & echo "$!"')).toMatchObject({
      code: 0,
      err: '',
      out: expect.stringMatching(/^\d+\n$/),
    })
  })
})

describe('a program that can not be run', () => {
  test.for([
    { command: ['no-such'], code: 127, says: 'no-such: not found in the container\n' },
    { command: ['/no/such'], code: 127, says: '/no/such: not found in the container\n' },
    { command: [''], code: 127, says: ': not found in the container\n' },
    { command: ['/etc'], code: 126, says: '/etc: is a directory\n' },
    { command: ['/etc/passwd'], code: 126, says: '/etc/passwd: permission denied\n' },
  ])('$command ends with $code', async ({ command, code, says }, { exec }) => {
    for (const user of [null, { uid: 5, gid: 5 }]) {
      const running = await exec(command, { user })
      const [err, ended] = await Promise.all([text(running.stderr as NodeJS.ReadableStream), running.ended])
      expect(ended).toBe(code)
      if (user === null) expect(err).toBe(says)
    }
  })

  test('for want of its folder is refused', async ({ exec }) => {
    for (const workingDir of ['/no/such', '/etc/passwd'])
      await expect(exec(['true'], { workingDir })).rejects.toMatchObject({
        code: 'invalid_field',
        message: expect.stringContaining(`working_dir: got "${workingDir}"`),
      })
  })

  test('since the container has ended is refused', async ({ exec, box }) => {
    const gone = { ...box.process, start_time: box.process.start_time - 1 }
    await expect(exec(['true'], { process: gone })).rejects.toMatchObject({ code: 'not_running' })
  })

  test('since the engine does not know the container is refused', async ({ exec }) => {
    await expect(exec(['true'], { container: 'other' })).rejects.toMatchObject({
      code: 'exec_failed',
      message: expect.stringContaining('no instance found'),
    })
  })
})

describe('what goes through a program', () => {
  test('comes out as it went in, whatever the bytes', async ({ exec }) => {
    const { stdin, stdout, ended } = await exec(['cat'], { stdin: true })
    const chunk = Buffer.from(Array.from({ length: 65_536 }, (_, index) => (index * 7) % 256))
    const writing = (async () => {
      for (let count = 0; count < 256; count++) if (!stdin?.write(chunk)) await once(stdin as never, 'drain')
      stdin?.end()
    })()
    let at = 0
    for await (const piece of stdout as AsyncIterable<Buffer>)
      for (let read = 0; read < piece.length; at += 1, read += 1)
        if (piece[read] !== chunk[at % chunk.length]) throw new Error(`byte ${at} is another`)
    await writing
    expect({ at, code: await ended }).toEqual({ at: 256 * chunk.length, code: 0 })
  })

  test('waits for whoever reads it', async ({ exec }) => {
    const running = await exec(['cat'], { stdin: true })
    const { stdin } = running
    const chunk = Buffer.alloc(65_536)
    let taken = 0
    const drained = async () => {
      const late = sleep(1000, false)
      return Promise.race([once(stdin as never, 'drain').then(() => true), late])
    }
    while (taken < 100 && (stdin?.write(chunk) || (await drained()))) taken += 1
    await running.end()
    expect(taken).toBeLessThan(20)
  })

  test('may be left unread', async ({ exec }) => {
    const { stdin, ended } = await exec(['true'], { stdin: true })
    const failed = new Promise((_, reject) => stdin?.once('error', reject))
    const closed = once(stdin as never, 'close')
    stdin?.end(Buffer.alloc(10_000_000))
    expect(await Promise.race([ended, failed])).toBe(0)
    await Promise.race([closed, failed])
  })
})

describe('the end of a program', () => {
  test('comes by SIGTERM, which it may use to tidy up', async ({ exec }) => {
    const running = await exec(['sh', '-c', 'trap "echo tidy; exit 5" TERM; echo ready; while :; do sleep 0.1; done'])
    await once(running.stdout, 'data')
    const rest = text(running.stdout)
    await running.end()
    expect({ rest: await rest, code: await running.ended }).toEqual({ rest: 'tidy\n', code: 5 })
  })

  test('comes by SIGKILL otherwise, for what it started too', async ({ exec }) => {
    const line = 'trap "" TERM; sleep 4321 & (trap "" TERM; sleep 4321); sleep 4321'
    const running = await exec(['sh', '-c', line])
    const found = () => processesWith('sleep', '4321').filter(isAlive)
    await until('its children to run', () => found().length === 2)
    const began = performance.now()
    await Promise.all([running.end(), running.end()])
    expect(performance.now() - began).toBeGreaterThan(1900)
    expect({ code: await running.ended, left: found() }).toEqual({ code: 137, left: [] })
    await running.end()
  })

  test('leaves nothing of it here', async ({ run }) => {
    await run('true')
    const before = {
      files: openFiles(),
      children: childrenOf(process.pid).length,
      listeners: process.listenerCount('exit'),
    }
    for (let count = 0; count < 10; count++)
      await Promise.all([1, 2, 3, 4].map(() => run('cat; exit 1', { stdin: true }, 'x')))
    await until('all to be closed', () => openFiles() <= before.files)
    const after = {
      files: openFiles(),
      children: childrenOf(process.pid).length,
      listeners: process.listenerCount('exit'),
    }
    expect(after).toEqual(before)
  })
})
