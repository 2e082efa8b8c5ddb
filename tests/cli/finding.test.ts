import { chmodSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect } from 'vitest'
import { freePort, isRoot, test } from '../harness.ts'
import { aptorchAt, program, run } from './aptorch.ts'

describe('the daemon is found', () => {
  test('where --host says, over APTORCH_HOST', async ({ daemon }) => {
    const outcome = await aptorchAt('unix:///nowhere')('health', '--host', `unix://${daemon.socket}`)
    expect(outcome).toMatchObject({ code: 0, stdout: expect.stringContaining('healthy') })
  })

  test('on TCP, with the token of its home', async ({ daemon }) => {
    const env = { APTORCH_HOST: daemon.url, APTORCH_HOME: daemon.home }
    expect(await run(program, ['info'], { env })).toMatchObject({
      code: 0,
      stdout: expect.stringContaining(daemon.home),
    })
  })

  test('on TCP, with the token that was handed over', async ({ daemon }) => {
    const file = join(daemon.home, 'orchestrator', 'token')
    const token = readFileSync(file, 'utf8').trim()
    for (const given of [{ APTORCH_TOKEN: token }, { APTORCH_TOKEN_FILE: file }]) {
      expect(await run(program, ['ps'], { env: { APTORCH_HOST: daemon.url, ...given } })).toMatchObject({ code: 0 })
    }
  })
})

describe('who is not let in', () => {
  test('for want of a token learns which file was tried, and a script sees 4', async ({ daemon }) => {
    const env = { APTORCH_HOST: daemon.url, APTORCH_TOKEN_FILE: '/nonexistent/token' }
    expect(await run(program, ['ps'], { env })).toEqual({
      code: 4,
      stdout: '',
      stderr: expect.stringContaining('/nonexistent/token is not there'),
    })
  })

  test('for a wrong token learns where it came from', async ({ daemon }) => {
    const env = { APTORCH_HOST: daemon.url, APTORCH_TOKEN: 'wrong' }
    expect(await run(program, ['ps'], { env })).toMatchObject({
      code: 4,
      stderr: expect.stringContaining('does not take the token from APTORCH_TOKEN'),
    })
  })

  test('on the socket learns of the group', async ({ house }) => {
    const daemon = await house.start()
    chmodSync(daemon.socket, 0)
    // Root may use every socket, unless it gives that power away.
    const powerless = isRoot ? ['setpriv', '--bounding-set', '-dac_override,-dac_read_search'] : []
    const [file = '', ...args] = [...powerless, program, 'ps']
    expect(await run(file, args, { env: { APTORCH_HOST: daemon.socket } })).toMatchObject({
      code: 125,
      stderr: expect.stringContaining('group aptorch'),
    })
  })
})

describe('a daemon that is not there is told from one that says no, by 125 and the address that was tried:', () => {
  test('no socket', async () => {
    expect(await aptorchAt('/nonexistent/aptorch.sock')('ps')).toEqual({
      code: 125,
      stdout: '',
      stderr: expect.stringMatching(/unix:\/\/\/nonexistent\/aptorch\.sock: there is no such socket\nStart the daemon/),
    })
  })

  test('nobody on the port', async () => {
    const url = `http://127.0.0.1:${await freePort()}`
    expect(await aptorchAt(url)('ps')).toMatchObject({
      code: 125,
      stderr: expect.stringContaining(`${url}: nobody listens there`),
    })
  })

  test('a daemon that died, and left its socket', async ({ house }) => {
    const daemon = await house.start()
    await daemon.kill()
    expect(await aptorchAt(daemon.socket)('stop', 'a', 'b')).toMatchObject({
      code: 125,
      stderr: expect.stringMatching(/^aptorch: can't reach aptorchd at .*: nobody listens there\n.*\n$/),
    })
  })
})

test('a wrong command line ends with 2 before the daemon is asked', async () => {
  expect(await aptorchAt('/nonexistent/aptorch.sock')('stop', '--nmae', 'web')).toEqual({
    code: 2,
    stdout: '',
    stderr: "aptorch: unknown flag --nmae; did you mean --name?\nSee 'aptorch stop --help'.\n",
  })
})

test('help and version need no daemon and are results', async () => {
  const aptorch = aptorchAt('/nonexistent/aptorch.sock')
  expect(await aptorch('help', 'start')).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('--volume'),
    stderr: '',
  })
  expect(await aptorch('--version')).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^aptorch \d+\.\d+\.\d+\n$/),
  })
  expect(await aptorch('completion', 'zsh')).toMatchObject({ code: 0, stdout: expect.stringContaining('compdef') })
  expect(await aptorch('__complete', 'stop', '')).toEqual({ code: 0, stdout: '', stderr: '' })
})
