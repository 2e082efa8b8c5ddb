import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import type { IncomingMessage } from 'node:http'
import { createConnection } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { apiError, channels, fromMessage, routeNames, terminalProtocol, toMessage } from '@aptorch/shared'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import type { RunningExec } from '../engine.ts'
import { createLog } from '../log.ts'
import { createApp } from './app.ts'
import { type Door, openTcp } from './doors.ts'
import { tcpGuard } from './guard.ts'
import type { Handlers } from './handlers.ts'
import { serveTerminal } from './terminal.ts'

const log = createLog({ debug: false, stream: { write: () => undefined }, colour: false })

/** A program that prints what it is told: `exit N` ends it. */
const createEcho = () => {
  const stdin = new PassThrough()
  const stdout = new PassThrough()
  const { promise: ended, resolve } = Promise.withResolvers<number>()
  const sizes: object[] = []
  const finish = (code: number) => {
    stdout.end()
    resolve(code)
  }
  stdin.on('data', (data: Buffer) => (data.toString() === 'exit 7' ? finish(7) : stdout.write(data)))
  stdin.on('end', () => finish(0))
  const running: RunningExec = {
    stdin,
    stdout,
    stderr: null,
    ended,
    resize: (size) => sizes.push(size),
    end: async () => finish(143),
  }
  return { running, sizes }
}

let folder = ''
let door: Door
let echo: ReturnType<typeof createEcho>

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'aptorch-upgrade-'))
  echo = createEcho()
  const terminal: Handlers['terminal'] = async ({ container_name }) => {
    if (container_name === 'none') throw apiError('container_not_found', 'there is no container "none"')
    return (socket) => serveTerminal(socket, async () => echo.running)
  }
  const others = Object.fromEntries(routeNames.map((name) => [name, async () => ({})]))
  const guards = [tcpGuard({ hosts: ['127.0.0.1'], token: 'secret', openPaths: [] })]
  const app = createApp({ handlers: { ...(others as unknown as Handlers), terminal }, log, guards })
  door = await openTcp(app, '127.0.0.1', 0)
})
afterEach(async () => {
  await door.close(100)
  rmSync(folder, { recursive: true })
})

const authorization = 'Bearer secret'
const connect = (path = '/terminal?container_name=web', headers: Record<string, string> = { authorization }) =>
  new WebSocket(`ws://127.0.0.1:${door.port}${path}`, terminalProtocol, { headers })

/** The answer to bytes that no client would send. */
const sendRaw = (request: string) =>
  new Promise<string>((resolve) => {
    let answer = ''
    const socket = createConnection(door.port ?? 0, '127.0.0.1', () => socket.end(request))
    socket.on('data', (data) => {
      answer += data
    })
    socket.on('error', () => undefined)
    socket.on('close', () => resolve(answer))
  })

const refusal = async (socket: WebSocket) => {
  socket.on('error', () => undefined)
  const [, response] = (await once(socket, 'unexpected-response')) as [unknown, IncomingMessage]
  let text = ''
  for await (const chunk of response) text += chunk
  return { status: response.statusCode, body: JSON.parse(text) }
}

describe('a WebSocket', () => {
  test.for([
    ['without a token', '/terminal?container_name=web', {}, 401, 'unauthorized'],
    ['for another host', '/terminal?container_name=web', { authorization, host: 'evil.example' }, 403, 'wrong_host'],
    [
      'from a page of another site',
      '/terminal?container_name=web',
      { authorization, origin: 'http://evil.example' },
      403,
      'wrong_origin',
    ],
    ['with a wrong request', '/terminal?container_name=web&rows=many', { authorization }, 400, 'invalid_field'],
    [
      'for a container that is not there',
      '/terminal?container_name=none',
      { authorization },
      404,
      'container_not_found',
    ],
  ] as const)('%s is refused before it is one', async ([, path, headers, status, code]) => {
    expect(await refusal(connect(path, headers))).toMatchObject({ status, body: { status, code } })
  })

  test.for(['//', 'http://u:p@x/', '/terminal/../terminal', '/terminal?%'])(
    'for the address %s does no harm',
    async (address) => {
      const headers = 'Host: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n'
      await sendRaw(`GET ${address} HTTP/1.1\r\n${headers}\r\n`)
      expect(await sendRaw('GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n')).toMatch(
        /^HTTP\/1.1 401/,
      )
    },
  )

  test('on any other route is a request as without it', async () => {
    const headers = `Host: 127.0.0.1\r\nAuthorization: ${authorization}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n`
    expect(await sendRaw(`GET /info HTTP/1.1\r\n${headers}\r\n`)).toMatch(/^HTTP\/1.1 200/)
  })

  test('carries a program, its size and its exit code', async () => {
    const socket = connect()
    const messages: (readonly [number | undefined, string])[] = []
    socket.on('message', (data) => {
      const { channel, data: body } = fromMessage(data as Buffer)
      messages.push([channel, body.toString()])
      if (channel === channels.stdout) socket.send(toMessage(channels.stdin, 'exit 7'))
    })
    await once(socket, 'open')
    expect(socket.protocol).toBe(terminalProtocol)
    socket.send(toMessage(channels.resize, '{"rows":50,"columns":120}'))
    socket.send(toMessage(channels.stdin, 'hello'))
    await once(socket, 'close')
    expect(messages).toEqual([
      [channels.stdout, 'hello'],
      [channels.status, '{"exit_code":7}'],
    ])
    expect(echo.sizes).toEqual([{ rows: 50, columns: 120 }])
  })

  test.for([
    ['a text', 'hello', /binary/],
    ['a channel that is none', toMessage(9, 'x'), /channel 9/],
    ['an empty message', Buffer.of(), /channel undefined/],
    ['a size that is none', toMessage(channels.resize, '{"rows":-1}'), /rows/],
    ['a size that is no JSON', toMessage(channels.resize, '24x80'), /rows/],
  ] as const)('is closed for %s, and told why', async ([, message, why]) => {
    const socket = connect()
    await once(socket, 'open')
    socket.send(message)
    const [code, reason] = await once(socket, 'close')
    expect([code, reason.toString()]).toEqual([1003, expect.stringMatching(why)])
    expect(await echo.running.ended).toBe(143)
  })

  test('ends the standard input alone when it is asked to', async () => {
    const socket = connect()
    await once(socket, 'open')
    socket.send(toMessage(channels.close, Buffer.of(channels.stdin)))
    const [data] = await once(socket, 'message')
    expect(fromMessage(data).data.toString()).toBe('{"exit_code":0}')
  })

  test('that is left ends its program', async () => {
    const socket = connect()
    await once(socket, 'open')
    socket.send(toMessage(channels.stdin, 'x'))
    await once(socket, 'message')
    socket.terminate()
    expect(await echo.running.ended).toBe(143)
  })

  test('is closed when the door is', async () => {
    const socket = connect()
    await once(socket, 'open')
    const closed = once(socket, 'close')
    await door.close(0)
    await closed
  })
})
