import { spawn } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { buffer } from 'node:stream/consumers'
import { describe, expect } from 'vitest'
import { test as base, type Daemon, until } from '../harness.ts'
import { aptorchAt, type Outcome, program, run } from './aptorch.ts'

/** A container that runs, for all tests of this file. */
const test = base.extend('web', { scope: 'file' }, async ({ daemon, image }) => {
  await daemon.client.start({ container_name: 'web', image, environment: { KNOWN: 'yes' } })
  return 'web'
})

/** The command line with something on its standard input. */
const fed = async (daemon: Daemon, input: Uint8Array, ...args: string[]) => {
  const child = spawn(program, args, {
    env: { PATH: process.env.PATH, APTORCH_HOST: daemon.socket },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  child.stdin.on('error', () => undefined) // a program may leave before it has read everything
  child.stdin.end(input)
  const [stdout, [code]] = await Promise.all([buffer(child.stdout), once(child, 'close')])
  return { code: code as number | null, stdout }
}

const runsInside = async (daemon: Daemon, name: string, words: string): Promise<boolean> => {
  const { processes } = await daemon.client.top({ container_name: name })
  return processes.some(({ command }) => command.endsWith(words))
}

describe('exec', () => {
  test('sends both streams where the program sent them, and ends with its exit code', async ({ daemon, web }) => {
    expect(await aptorchAt(daemon.socket)('exec', web, 'sh', '-c', 'echo out; echo err >&2; exit 7')).toEqual({
      code: 7,
      stdout: 'out\n',
      stderr: 'err\n',
    })
  })

  test('leaves all behind the name to the program, with -- and without it', async ({ daemon, web }) => {
    const aptorch = aptorchAt(daemon.socket)
    const words = ['printf', '%s|', '-i', '--json', '-e', 'A=b']
    const told: Outcome = { code: 0, stdout: '-i|--json|-e|A=b|', stderr: '' }
    expect(await aptorch('exec', web, ...words)).toEqual(told)
    expect(await aptorch('exec', web, '--', ...words)).toEqual(told)
    expect(await aptorch('exec', '--name', web, ...words)).toEqual(told)
  })

  test('takes a variable, a folder and a user along', async ({ daemon, web }) => {
    const outcome = await aptorchAt(daemon.socket)(
      ...['exec', '-eA=one two', '-w/usr', '-u', '1000:1001', web],
      ...['sh', '-c', 'echo "$KNOWN $A $PWD $(id -u):$(id -g)"'],
    )
    expect(outcome).toEqual({ code: 0, stdout: 'yes one two /usr 1000:1001\n', stderr: '' })
  })

  test('tells a script all at once with --json', async ({ daemon, web }) => {
    const { code, stdout } = await aptorchAt(daemon.socket)('exec', '--json', web, 'sh', '-c', 'echo hi; exit 3')
    expect(code).toBe(3)
    expect(JSON.parse(stdout)).toMatchObject({ exit_code: 3, stdout: 'hi\n', stderr: '' })
  })

  test('prints what comes when it comes, and bytes as they are', async ({ daemon, web }) => {
    const line = 'printf "first\\n\\377\\000\\r\\n"; cat /dev/zero'
    const child = spawn(program, ['exec', web, 'sh', '-c', line], {
      env: { PATH: process.env.PATH, APTORCH_HOST: daemon.socket },
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    const [first] = await once(child.stdout, 'data')
    expect((first as Buffer).subarray(0, 10)).toEqual(Buffer.from('first\n\xff\0\r\n', 'latin1'))
    child.kill('SIGTERM')
    child.stdout.resume()
    await once(child, 'close')
  })

  test.for([
    ['a program that is not there', ['exec', 'web', 'no-such-program'], 127],
    ['one that may not be run', ['exec', 'web', '/etc/passwd'], 126],
    ['an unknown container', ['exec', 'no-such', 'true'], 125],
    ['a terminal where there is none', ['exec', '-it', 'web', 'sh'], 125],
    ['no program', ['exec', 'web'], 2],
  ] as const)('is told apart by a script from what the program says: %s', async ([, args, code], { daemon, web }) => {
    expect(web).toBe('web')
    expect(await aptorchAt(daemon.socket)(...args)).toMatchObject({ code, stderr: expect.stringMatching(/./) })
  })

  test('ends the program at Ctrl-C, and itself with 130 and no word', async ({ daemon, web }) => {
    const child = spawn(program, ['exec', web, 'sleep', '4711'], {
      env: { PATH: process.env.PATH, APTORCH_HOST: daemon.socket },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const said = buffer(child.stderr)
    await until('the program to run', () => runsInside(daemon, web, 'sleep 4711'))
    child.kill('SIGINT')
    expect(await once(child, 'close')).toEqual([130, null])
    expect((await said).toString()).toBe('')
    await until('the program to end', async () => !(await runsInside(daemon, web, 'sleep 4711')))
  })
})

describe('exec -i', () => {
  test('hands standard input on byte for byte, and its end', async ({ daemon, web }) => {
    const input = randomBytes(3_000_000)
    const { code, stdout } = await fed(daemon, input, 'exec', '-i', web, 'sh', '-c', 'cat; exit 4')
    expect(code).toBe(4)
    expect(createHash('sha256').update(stdout).digest('hex')).toBe(createHash('sha256').update(input).digest('hex'))
  })

  test('keeps both streams apart', async ({ daemon, web }) => {
    const { stdout } = await fed(daemon, Buffer.from('x'), 'exec', '-i', web, 'sh', '-c', 'cat; echo err >&2')
    expect(stdout.toString()).toBe('x')
  })

  test('prints as fast as it is read, and nothing beside', async ({ daemon, web }) => {
    const { code, stdout, stderr } = await run(
      'sh',
      ['-c', '"$0" exec -i "$1" head -c 50000000 /dev/zero </dev/null | wc -c', program, web],
      {
        env: { APTORCH_HOST: daemon.socket },
      },
    )
    expect({ code, stdout: stdout.trim(), stderr }).toEqual({ code: 0, stdout: '50000000', stderr: '' })
  })

  test('ends with the program, though standard input goes on', async ({ daemon, web }) => {
    const child = spawn(program, ['exec', '-i', web, 'sh', '-c', 'read line; echo "$line"; exit 5'], {
      env: { PATH: process.env.PATH, APTORCH_HOST: daemon.socket },
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    child.stdin.write('one\ntwo\n')
    const [stdout, [code]] = await Promise.all([buffer(child.stdout), once(child, 'close')])
    expect({ code, stdout: stdout.toString() }).toEqual({ code: 5, stdout: 'one\n' })
    child.stdin.destroy()
  })

  test('does not pile up what the program does not read', async ({ daemon, web }) => {
    const child = spawn(program, ['exec', '-i', web, 'sleep', '600'], {
      env: { PATH: process.env.PATH, APTORCH_HOST: daemon.socket },
      stdio: ['pipe', 'ignore', 'inherit'],
    })
    child.stdin.on('error', () => undefined) // it is ended before it has read everything
    const chunk = Buffer.alloc(1024 * 1024)
    let sent = 0
    const send = () => {
      while (sent < 200 && child.stdin.write(chunk)) sent += 1
      sent += 1
    }
    child.stdin.on('drain', send)
    send()
    let before = -1
    await until('no more to be taken', async () => {
      const still = sent === before
      before = sent
      await new Promise((resolve) => setTimeout(resolve, 500))
      return still && sent === before
    })
    expect(sent).toBeLessThan(50)
    child.kill('SIGINT')
    await once(child, 'close')
  })
})
