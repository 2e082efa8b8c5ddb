import type { Readable } from 'node:stream'
import { channels, fromMessage, toMessage } from '@aptorch/shared'
import * as z from 'zod'
import type { RunningExec } from '../engine.ts'
import { toFailure } from './failures.ts'
import type { Socket } from './upgrade.ts'

const Size = z.object({ rows: z.int().min(1).max(10_000), columns: z.int().min(1).max(10_000) })

// What may wait to be sent before the program is made to wait.
const bufferLimit = 256 * 1024
const pingMs = 10_000

/**
 * Connects a program of a container with a WebSocket: see `channels`. The program ends when the caller leaves, and the
 * connection when the program has ended and all that it printed is sent. Neither side can make the other's data pile up here.
 */
export const serveTerminal = (socket: Socket, open: () => Promise<RunningExec>): void => {
  socket.on('error', () => socket.terminate()) // a caller that breaks the protocol off or does not know it
  serve(socket, open).catch((error: unknown) => finish(socket, toFailure(error)))
}

const serve = async (socket: Socket, open: () => Promise<RunningExec>) => {
  const closed = new Promise<void>((resolve) => socket.once('close', resolve))
  socket.pause()
  const running = await open()
  const alive = watchPulse(socket)
  socket.on('message', (data, isBinary) => {
    if (isBinary) receive(socket, running, data as Buffer)
    else refuse(socket, 'a text: want binary messages')
  })
  const goOn = () => socket.resume()
  running.stdin?.on('drain', goOn).on('close', goOn)
  running.stdin?.on('error', () => undefined) // it has ended, or reads no more: that is its own business
  goOn()
  const sending = Promise.all([
    send(socket, channels.stdout, running.stdout),
    running.stderr ? send(socket, channels.stderr, running.stderr) : undefined,
  ])
  try {
    const left = await Promise.race([Promise.all([running.ended, sending]).then(() => false), closed.then(() => true)])
    if (left) await running.end()
    finish(socket, { exit_code: await running.ended })
  } finally {
    clearInterval(alive)
  }
}

const receive = (socket: Socket, running: RunningExec, message: Buffer) => {
  const { channel, data } = fromMessage(message)
  const { stdin } = running
  if (channel === channels.resize) return resize(socket, running, data)
  if (channel !== channels.stdin && channel !== channels.close) return refuse(socket, `there is no channel ${channel}`)
  if (stdin === null || stdin.destroyed || stdin.writableEnded) return
  if (channel === channels.close && data[0] === channels.stdin) stdin.end()
  if (channel === channels.stdin && !stdin.write(data)) socket.pause()
}

const resize = (socket: Socket, running: RunningExec, data: Buffer) => {
  const size = Size.safeParse(parse(data.toString()))
  if (size.success) running.resize(size.data)
  else refuse(socket, 'a size: want {"rows": 24, "columns": 80}')
}

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined // it is no size then
  }
}

/** Ends a connection that does not keep to the protocol: RFC 6455, section 7.4.1, "unsupported data". */
const refuse = (socket: Socket, why: string) => socket.close(1003, why)

const send = async (socket: Socket, channel: number, stream: Readable) => {
  for await (const chunk of stream) {
    if (socket.readyState !== socket.OPEN) return
    const sent = new Promise<void>((resolve) => socket.send(toMessage(channel, chunk), () => resolve()))
    if (socket.bufferedAmount > bufferLimit) await sent
  }
}

const finish = (socket: Socket, status: object) => {
  if (socket.readyState !== socket.OPEN) return
  socket.resume()
  socket.send(toMessage(channels.status, JSON.stringify(status)))
  socket.close(1000)
}

/**
 * Sends a sign of life now and then: to a caller that is gone that fails, also while nothing is read from it. An answer is not
 * waited for: one that is stopped (Ctrl-Z), or whose own output is held up, gives none and is still there.
 */
const watchPulse = (socket: Socket): NodeJS.Timeout => setInterval(() => socket.ping(), pingMs)
