import { stripVTControlCharacters } from 'node:util'
import { describe, expect } from 'vitest'
import { test } from '../harness.ts'
import { onTerminal, program, run } from './aptorch.ts'
import { slowDaemon } from './slow-daemon.ts'

const control = '\u001b['
const showCursor = `${control}?25h`
const start = ['start', 'docker://alpine:3.20', '--name', 'web']

test('a table has colours on a terminal and keeps to its width, but not in a file and not against NO_COLOR', async ({
  daemon,
  image,
}) => {
  const long = 'x'.repeat(200)
  await daemon.client.start({ container_name: 'wide', image, container_command: [`sleep 600 # ${long}`] })
  const env = { APTORCH_HOST: daemon.socket }
  const { stdout: shown } = await onTerminal(80, `${program} ps`, env)
  expect(shown).toContain(`${control}32mrunning`)
  const widths = stripVTControlCharacters(shown)
    .split(/\r?\n/)
    .map((line) => line.length)
  expect(Math.max(...widths)).toBeLessThanOrEqual(80)

  expect((await onTerminal(80, `${program} ps`, { ...env, NO_COLOR: '1' })).stdout).not.toContain(control)
  const piped = await run(program, ['ps'], { env })
  expect(piped.stdout).not.toContain(control)
  expect(piped.stdout).toContain(long)
  expect((await run(program, ['ps'], { env: { ...env, FORCE_COLOR: '1' } })).stdout).toContain(`${control}32m`)
})

describe('who waits for an image', () => {
  test('sees on a terminal that it goes on, and for how long', async ({ shared }) => {
    const slow = await slowDaemon(shared.folder('slow'), 2_500)
    const { code, stdout } = await onTerminal(80, [program, ...start].join(' '), { APTORCH_HOST: slow.path })
    slow.close()
    expect(stdout).toContain('Starting web from docker://alpine:3.20  2s')
    expect(stdout).toContain(showCursor)
    expect(stripVTControlCharacters(stdout)).toMatch(/web\r\nwarning: group_add: nothing\r\n$/)
    expect(code).toBe(0)
  })

  test('finds a line now and then in a log, and only the name in the result', async ({ shared }) => {
    const slow = await slowDaemon(shared.folder('slow'), 5_500)
    const outcome = await run(program, start, { env: { APTORCH_HOST: slow.path } })
    slow.close()
    expect(outcome).toEqual({
      code: 0,
      stdout: 'web\n',
      stderr: 'Starting web from docker://alpine:3.20  5s\nwarning: group_add: nothing\n',
    })
  })

  test('can end the waiting by Ctrl-C, and gets the cursor back', async ({ shared }) => {
    const slow = await slowDaemon(shared.folder('slow'), 20_000)
    // A terminal would send SIGINT to all of its foreground; timeout sends it to its own child.
    const line = ['timeout', '--foreground', '--preserve-status', '--signal=INT', '1.5', program, ...start].join(' ')
    const { code, stdout } = await onTerminal(80, line, { APTORCH_HOST: slow.path })
    slow.close()
    expect(code).toBe(130)
    expect(stdout.lastIndexOf(showCursor)).toBeGreaterThan(stdout.lastIndexOf(`${control}?25l`))
    expect(stdout).toContain('interrupted; what the daemon has begun it goes on with')
  })

  test('can ask for silence', async ({ shared }) => {
    const slow = await slowDaemon(shared.folder('slow'), 1_000)
    const { stdout } = await onTerminal(80, [program, '-q', ...start].join(' '), { APTORCH_HOST: slow.path })
    slow.close()
    expect(stdout).not.toContain('Starting')
  })
})
