import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect } from 'vitest'
import type { RunningExec } from '../../packages/daemon/src/engine.ts'
import { isAlive, until } from '../harness.ts'
import { allOf, childrenOf, openFiles, processesWith, test } from './engine-exec.fixture.ts'

const terminal = { rows: 30, columns: 100 }

/** What a program has printed so far, and a wait for a piece of it. */
const watch = ({ stdout }: RunningExec) => {
  let printed = ''
  stdout.on('data', (chunk: Buffer) => {
    printed += chunk.toString('latin1')
  })
  return { printed: () => printed, shows: (piece: string) => until(`"${piece}"`, () => printed.includes(piece)) }
}

// What a person types for them (termios(3)).
const ctrlC = '\x03'
const ctrlD = '\x04'

describe('a program in a terminal', () => {
  test('has one of the container, of its size, that is its controlling one', async ({ run }) => {
    const line = 'tty; stty size; echo $TERM; echo ours >/dev/tty; test -t 0 && test -t 1 && test -t 2 && exit 7'
    expect(await run(line, { terminal })).toEqual({
      out: '/dev/pts/0\r\n30 100\r\nxterm\r\nours\r\n',
      err: '',
      code: 7,
    })
    expect((await run('echo $TERM', { terminal, environment: { TERM: 'vt100' } })).out).toBe('vt100\r\n')
  })

  test('can open it by its name as any user', async ({ run }) => {
    const line = 'id -u; echo by name >"$(tty)"'
    expect((await run(line, { terminal, user: { uid: 1000, gid: 1000 } })).out).toBe('1000\r\nby name\r\n')
  })

  test('that has none of its names is told so', async ({ exec }) => {
    const running = await exec(['no-such'], { terminal })
    expect(await allOf(running.stdout)).toBe('no-such: not found in the container\r\n')
    expect(await running.ended).toBe(127)
  })

  test('is refused for want of its folder, and for a user that the container can not have', async ({ exec }) => {
    await expect(exec(['true'], { terminal, workingDir: '/no/such' })).rejects.toMatchObject({ code: 'invalid_field' })
    const running = exec(['true'], { terminal, user: { uid: 4_000_000_000, gid: 1 } })
    await expect(running).rejects.toMatchObject({ code: 'invalid_field', message: expect.stringContaining('user: ') })
  })
})

describe('in a terminal', () => {
  test('Ctrl-C interrupts the program in the foreground, and Ctrl-D ends the input', async ({ exec }) => {
    const line = 'trap "echo caught" INT; sleep 9876; echo after $?; cat; exit 5'
    const running = await exec(['sh', '-c', line], { terminal, stdin: true })
    const { shows } = watch(running)
    const sleeper = await until('sleep to run', () => processesWith('sleep', '9876').find(isAlive))
    running.stdin?.write(ctrlC)
    await shows('after 130')
    await shows('caught')
    expect(isAlive(sleeper)).toBe(false)
    running.stdin?.write(`typed\r${ctrlD}`)
    expect(await running.ended).toBe(5)
  })

  test('a new size reaches the program', async ({ exec }) => {
    const line = 'trap "stty size" WINCH; echo ready; while :; do sleep 0.05; done'
    const running = await exec(['sh', '-c', line], { terminal })
    const { shows } = watch(running)
    await shows('ready')
    running.resize({ rows: 11, columns: 222 })
    await shows('11 222')
    await running.end()
  })

  test('a large paste arrives whole', async ({ exec }) => {
    const paste = Buffer.alloc(2_000_000, 'pasted text ')
    const line = `stty raw -echo; echo ready; head -c ${paste.length} | sha256sum`
    const running = await exec(['sh', '-c', line], { terminal, stdin: true })
    const { printed, shows } = watch(running)
    await shows('ready')
    running.stdin?.write(paste)
    expect(await running.ended).toBe(0)
    await until('the sum', () => printed().includes('  -'))
    expect(printed()).toContain(createHash('sha256').update(paste).digest('hex'))
  })

  test('all that was printed comes, also when it is read late', async ({ exec }) => {
    const running = await exec(['sh', '-c', 'head -c 5000000 /dev/zero; exit 4'], { terminal })
    await sleep(500)
    let bytes = 0
    for await (const chunk of running.stdout) bytes += (chunk as Buffer).length
    expect({ bytes, code: await running.ended }).toEqual({ bytes: 5_000_000, code: 4 })
  })

  test('the end of the input is typed', async ({ run }) => {
    expect(await run('cat; exit 3', { terminal, stdin: true }, 'line\r')).toMatchObject({
      out: 'line\r\nline\r\n',
      code: 3,
    })
  })
})

describe('the end of a terminal', () => {
  test('hangs up what runs in it', async ({ exec }) => {
    const running = await exec(['sh', '-c', 'sleep 8765; exit 1'], { terminal })
    const found = () => processesWith('sleep', '8765').filter(isAlive)
    await until('sleep to run', () => found().length === 1)
    const began = performance.now()
    await running.end()
    expect(performance.now() - began).toBeLessThan(1900)
    expect({ code: await running.ended, left: found() }).toEqual({ code: 129, left: [] })
  })

  test('kills what does not heed it', async ({ exec }) => {
    const running = await exec(['sh', '-c', 'trap "" HUP TERM; sleep 7654 & sleep 7654; sleep 7654'], { terminal })
    const found = () => processesWith('sleep', '7654').filter(isAlive)
    await until('its children to run', () => found().length === 2)
    await running.end()
    expect({ code: await running.ended, left: found() }).toEqual({ code: 137, left: [] })
  })

  test('comes when nobody reads it any more', async ({ exec }) => {
    const running = await exec(['sh', '-c', 'sleep 6543'], { terminal })
    running.stdout.destroy()
    expect(await running.ended).toBe(129)
  })

  test('leaves nothing of it here', async ({ run }) => {
    await run('true', { terminal })
    await until('the first to be closed', () => childrenOf(process.pid).length === 0)
    const before = openFiles()
    for (let count = 0; count < 5; count++)
      await Promise.all([1, 2].map(() => run('echo x', { terminal, stdin: true })))
    await until('all to be closed', () => openFiles() <= before && childrenOf(process.pid).length === 0)
  })
})

describe('a container that has something else in the place of its terminals', () => {
  test('gets none, and runs programs without one as before', async ({ exec, run }) => {
    await run('mount -t tmpfs tmpfs /dev/pts && mkfifo /dev/pts/ptmx')
    await expect(exec(['true'], { terminal })).rejects.toMatchObject({ code: 'exec_failed' })
    await run('rm /dev/pts/ptmx; ln -s /proc/self/fd/0 /dev/pts/ptmx')
    await expect(exec(['true'], { terminal })).rejects.toMatchObject({ code: 'exec_failed' })
    expect((await run('umount /dev/pts')).code).toBe(0)
    expect((await run('tty', { terminal })).out).toMatch(/^\/dev\/pts\/\d+\r\n$/)
  })
})
