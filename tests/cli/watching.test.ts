import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { describe, expect } from 'vitest'
import { type Daemon, ended, forever, test, until } from '../harness.ts'
import { aptorchAt, onTerminal, program, run } from './aptorch.ts'

/** The command line in the background. */
const begin = (daemon: Daemon, ...args: string[]) => {
  const child = spawn(program, args, {
    env: { PATH: process.env.PATH, APTORCH_HOST: daemon.socket },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const outcome = Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
  return {
    firstOutput: once(child.stdout, 'readable'),
    kill: (signal: NodeJS.Signals) => child.kill(signal),
    ended: async () => {
      const [stdout, stderr, [code]] = await outcome
      return { code: code as number | null, stdout, stderr }
    },
  }
}

describe('logs', () => {
  test('show what was printed, each stream in its own', async ({ daemon, image }) => {
    const aptorch = aptorchAt(daemon.socket)
    await aptorch('start', image, '--name', 'talker', '--', 'sh', '-c', 'echo one; echo two >&2; echo three')
    await ended(daemon, 'talker')
    expect(await aptorch('logs', 'talker')).toEqual({ code: 0, stdout: 'one\nthree\n', stderr: 'two\n' })
    expect(await aptorch('logs', '--stream', 'stdout', '-n', '1', 'talker')).toMatchObject({ stdout: 'three\n' })
    expect(await aptorch('logs', '--tail', 'all', '-t', '--stream', 'stderr', 'talker')).toEqual({
      code: 0,
      stdout: '',
      stderr: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z two\n$/),
    })
    const { stdout } = await aptorch('logs', '--json', '--tail', '1', '--stream', 'stdout', 'talker')
    expect(JSON.parse(stdout)).toMatchObject({ stream: 'stdout', text: 'three' })
    expect(await aptorch('logs', 'no-such')).toMatchObject({ code: 3 })
  })

  test('go on until the container ends, and no longer', async ({ daemon, image }) => {
    const line = 'echo first; while [ ! -e /tmp/go ]; do sleep 0.1; done; echo last'
    await aptorchAt(daemon.socket)('start', image, '--name', 'followed', '--', 'sh', '-c', line)
    const following = begin(daemon, 'logs', '-f', 'followed')
    await following.firstOutput
    await aptorchAt(daemon.socket)('exec', 'followed', 'touch', '/tmp/go')
    expect(await following.ended()).toEqual({ code: 0, stdout: 'first\nlast\n', stderr: '' })
  })

  test('are left by Ctrl-C without a word', async ({ daemon, image }) => {
    await aptorchAt(daemon.socket)('start', image, '--name', 'left', '--', 'sh', '-c', `echo on; ${forever}`)
    const following = begin(daemon, 'logs', '--follow', 'left')
    await following.firstOutput
    following.kill('SIGINT')
    expect(await following.ended()).toEqual({ code: 130, stdout: 'on\n', stderr: '' })
    expect(await daemon.client.getcont({ container_name: 'left' })).toMatchObject({ state: 'running' })
  })

  test('that break off with the daemon say so', async ({ house, image }) => {
    const daemon = await house.start()
    await aptorchAt(daemon.socket)('start', image, '--name', 'cut', '--', 'sh', '-c', `echo on; ${forever}`)
    const following = begin(daemon, 'logs', '--follow', 'cut')
    await following.firstOutput
    await daemon.kill()
    expect(await following.ended()).toEqual({
      code: 125,
      stdout: 'on\n',
      stderr: expect.stringContaining('lost the connection to aptorchd'),
    })
  })
})

describe('wait', () => {
  test('prints how it ended, and what else was waited for', async ({ daemon, image }) => {
    const aptorch = aptorchAt(daemon.socket)
    await aptorch('start', image, '--name', 'ends', '--', 'sh', '-c', 'exit 6')
    await aptorch('start', image, '--name', 'stays')
    expect(await aptorch('wait', 'ends')).toEqual({ code: 0, stdout: '6\n', stderr: '' })
    expect(await aptorch('wait', '--until', 'running', 'stays')).toMatchObject({ code: 0, stdout: 'running\n' })
    expect(await aptorch('wait', '--timeout', '200ms', 'stays')).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining('stays'),
    })
  })

  test('at a start ends with its exit code', async ({ daemon, image }) => {
    const aptorch = aptorchAt(daemon.socket)
    const start = ['start', image, '--wait', '--name']
    expect(await aptorch(...start, 'job', '--', 'sh', '-c', 'sleep 0.3; exit 5')).toEqual({
      code: 5,
      stdout: 'job\n',
      stderr: '',
    })
    expect(await aptorch(...start, 'job', '--', 'true')).toMatchObject({ code: 125, stdout: '' })
  })

  test('at a start leaves it running at Ctrl-C, and says so', async ({ daemon, image }) => {
    const waiting = begin(daemon, 'start', image, '--wait', '--name', 'abandoned', '--', 'sh', '-c', forever)
    await waiting.firstOutput
    waiting.kill('SIGINT')
    expect(await waiting.ended()).toEqual({
      code: 130,
      stdout: 'abandoned\n',
      stderr: expect.stringContaining('abandoned runs on; to end it: aptorch stop abandoned'),
    })
    expect(await daemon.client.getcont({ container_name: 'abandoned' })).toMatchObject({ state: 'running' })
  })
})

describe('what goes on', () => {
  test('is told by statistics, once or as JSON', async ({ daemon, image }) => {
    const aptorch = aptorchAt(daemon.socket)
    await aptorch('start', image, '--name', 'busy', '--', 'sh', '-c', forever)
    const { code, stdout } = await aptorch('stats', '--no-stream', 'busy')
    expect(code).toBe(0)
    expect(stdout).toMatch(/^NAME +CPU % +MEM USAGE \/ LIMIT .*PIDS\nbusy +[\d.]+% +[\d.]+ MiB .*\d\n$/)
    expect(JSON.parse((await aptorch('stats', '--no-stream', '--json', 'busy')).stdout)).toMatchObject([
      { container_name: 'busy' },
    ])
  })

  test('is drawn in place on a terminal, and the cursor comes back', async ({ daemon, image }) => {
    await aptorchAt(daemon.socket)('start', image, '--name', 'drawn', '--', 'sh', '-c', forever)
    const line = `timeout --foreground --preserve-status --signal=INT 2.5 ${program} stats drawn`
    const { code, stdout } = await onTerminal(100, line, { APTORCH_HOST: daemon.socket })
    expect(code).toBe(130)
    expect(stdout.split('\u001b[H').length).toBeGreaterThan(3)
    expect(stdout).toMatch(/drawn +[\d.]+%/)
    expect(stdout.trimEnd().endsWith('\u001b[?25h')).toBe(true)
  })

  test('is told by the list of processes', async ({ daemon, image }) => {
    const aptorch = aptorchAt(daemon.socket)
    await aptorch('start', image, '--name', 'listed', '--', 'sleep', '4712')
    await until('the command to run', async () => (await aptorch('top', 'listed')).stdout.includes('sleep 4712'))
    expect((await aptorch('top', 'listed')).stdout).toMatch(/^USER +PID +INSIDE .*COMMAND\n[\s\S]*sleep 4712\n/)
  })

  test('is told by events, up to now and from then on', async ({ daemon, image }) => {
    const aptorch = aptorchAt(daemon.socket)
    await aptorch('start', image, '--name', 'eventful', '--label', 'team=x', '--', 'sh', '-c', 'exit 2')
    await ended(daemon, 'eventful')
    const { stdout } = await aptorch('events', '--since', '10m', '--no-follow', 'eventful')
    expect(stdout).toMatch(/ created eventful .*\n[\s\S]* started eventful .*\n[\s\S]* exited eventful .*exit_code=2/)
    const only = ['events', '--since', '10m', '--no-follow', '--json', '--type', 'exited', '--label', 'team=x']
    expect(JSON.parse((await aptorch(...only)).stdout)).toMatchObject({ type: 'exited', container_name: 'eventful' })

    const following = begin(daemon, 'events', '--type', 'deleted')
    let seen = false
    following.firstOutput.then(() => {
      seen = true
    })
    // Nothing says when it has begun to listen, so things happen until it has heard of one.
    for (let count = 0; !seen; count++) {
      await aptorch('start', image, '--name', `gone-${count}`)
      await aptorch('rm', '-f', `gone-${count}`)
    }
    following.kill('SIGINT')
    expect(await following.ended()).toMatchObject({ code: 130, stdout: expect.stringMatching(/^\S+ deleted gone-/) })
  })

  test('is told by the list: what is healthy, and what is started again', async ({ daemon, image }) => {
    const aptorch = aptorchAt(daemon.socket)
    const checked = ['--health-cmd', 'test -e /ok', '--health-interval', '200ms', '--health-retries', '1']
    await aptorch('start', image, '--name', 'checked', ...checked)
    await aptorch('wait', '--until', 'running', 'checked')
    const list = async () => (await aptorch('ps')).stdout
    await until('it to be unhealthy', async () => /checked .*running \(unhealthy\)/.test(await list()))
    await aptorch('exec', 'checked', 'touch', '/ok')
    expect(await aptorch('wait', '--until', 'healthy', 'checked')).toMatchObject({ code: 0, stdout: 'healthy\n' })
    expect(await list()).toMatch(/checked .*running \(healthy\)/)
    await aptorch('start', image, '--name', 'again', '--restart', 'always', '--', 'false')
    await until('it to be started again', async () => /again .*exited \(1\), again in \d+s/.test(await list()))
    await run(program, ['stop', 'again'], { env: { APTORCH_HOST: daemon.socket } })
  })
})
