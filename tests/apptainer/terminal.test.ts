import { once } from 'node:events'
import { describe, expect } from 'vitest'
import { WebSocket } from 'ws'
import { channels, fromMessage, terminalProtocol, toMessage } from '../../packages/shared/src/index.ts'
import { type Daemon, forever, test, until } from '../harness.ts'

test.beforeAll(async ({ daemon, image }) => {
  await daemon.client.start({ container_name: 'web', image, container_command: [forever] })
})

/** A terminal over the daemon's own protocol. */
const open = async (daemon: Daemon, query: string) => {
  const socket = new WebSocket(`ws+unix:${daemon.socket}:/terminal?container_name=web&${query}`, terminalProtocol)
  let shown = ''
  let status: object | undefined
  socket.on('message', (message: Buffer) => {
    const { channel, data } = fromMessage(message)
    if (channel === channels.status) status = JSON.parse(data.toString())
    else shown += data
  })
  const closed = once(socket, 'close')
  await once(socket, 'open')
  return {
    socket,
    type: (text: string) => socket.send(toMessage(channels.stdin, text)),
    resize: (rows: number, columns: number) =>
      socket.send(toMessage(channels.resize, JSON.stringify({ rows, columns }))),
    shows: (text: string | RegExp) =>
      until(`the terminal to show ${text}`, () => (typeof text === 'string' ? shown.includes(text) : text.test(shown))),
    end: async () => {
      await closed
      return status
    },
  }
}

const processes = async (daemon: Daemon) =>
  (await daemon.client.top({ container_name: 'web' })).processes.map(({ command }) => command)

describe('a terminal in a container', () => {
  test('is one of its own, follows its size, and ends with its shell', async ({ daemon }) => {
    const terminal = await open(daemon, 'rows=31&columns=97')
    terminal.type('tty; stty size\n')
    await terminal.shows(/\/dev\/pts\/\d+\r\n31 97\r\n/)
    terminal.resize(55, 120)
    await until('the new size', async () => {
      terminal.type('stty size\n')
      return terminal.shows('55 120').then(() => true)
    })
    terminal.type('exit 5\n')
    expect(await terminal.end()).toEqual({ exit_code: 5 })
  })

  test('interrupts what runs in it by Ctrl-C, and ends by Ctrl-D', async ({ daemon }) => {
    const terminal = await open(daemon, '')
    terminal.type('sleep 9876; echo "ended with $?"\n')
    await until('it to sleep', async () => (await processes(daemon)).includes('sleep 9876'))
    terminal.type('\u0003')
    await terminal.shows(/\^C/)
    terminal.type('echo "after $((6 * 7))"\n')
    await terminal.shows('after 42')
    expect(await processes(daemon)).not.toContain('sleep 9876')
    terminal.type('\u0004')
    expect(await terminal.end()).toMatchObject({ exit_code: expect.any(Number) })
  })

  test('ends what runs in it when its caller leaves', async ({ daemon }) => {
    const terminal = await open(daemon, 'command=sleep&command=8765')
    await until('it to run', async () => (await processes(daemon)).includes('sleep 8765'))
    terminal.socket.terminate()
    await until('it to end', async () => !(await processes(daemon)).includes('sleep 8765'))
  })

  test('carries bytes as they are without a tty, and both streams', async ({ daemon }) => {
    const terminal = await open(daemon, 'tty=false&command=sh&command=-c&command=cat;echo err>%262;exit 4')
    terminal.type('a\0b\n')
    await terminal.shows('a\0b\n')
    terminal.socket.send(toMessage(channels.close, Buffer.of(channels.stdin)))
    await terminal.shows('err\n')
    expect(await terminal.end()).toEqual({ exit_code: 4 })
  })

  test('says why there is none before it is one', async ({ daemon, image }) => {
    await daemon.client.start({ container_name: 'over', image, container_command: ['exit 0'] })
    await daemon.client.wait({ container_name: 'over', timeout_s: 10 })
    const socket = new WebSocket(`ws+unix:${daemon.socket}:/terminal?container_name=over`, terminalProtocol)
    socket.on('error', () => undefined)
    const [, response] = await once(socket, 'unexpected-response')
    expect(response.statusCode).toBe(409)
  })
})
