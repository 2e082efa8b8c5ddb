import { ApiError, channels, fromMessage, isFailure, toMessage } from '@aptorch/shared'
import type { WebSocket } from 'ws'
import type { ExitCode } from '../exit-codes.ts'
import type { Input, Stream, Terminal, World } from '../world.ts'
import type { Detacher } from './detacher.ts'

/** This end of the connection. */
export interface Ends {
  /** What the program reads; undefined when it gets no standard input. */
  readonly input: Input | undefined
  /** The terminal that stands for the program's. */
  readonly terminal: Terminal | undefined
  readonly detacher: Detacher
}

export type Ending =
  | { readonly kind: 'exited'; readonly code: ExitCode }
  /** The daemon told why it can't go on. */
  | { readonly kind: 'failed'; readonly error: ApiError }
  /** The keys that leave it were pressed. */
  | { readonly kind: 'left' }
  /** The connection ended, and nobody said how the program did. */
  | { readonly kind: 'lost'; readonly cause: unknown }

// What may wait to be sent before no more is read.
const bufferLimit = 1024 * 1024

/**
 * Connects a program at the other end of a WebSocket (see `channels`) with this one until either has enough. The terminal is
 * given back as it was found, whatever happens.
 */
export const converse = async (socket: WebSocket, ends: Ends, world: World): Promise<Ending> => {
  const { input, terminal, detacher } = ends
  const ending = endingOf(socket, world)
  const tellSize = () => post(socket, channels.resize, JSON.stringify(terminal?.size()))
  const forgetSize = terminal?.onResize(tellSize)
  try {
    // Where nothing is typed for the program, Ctrl-C is for this end.
    if (input) terminal?.setRaw(true)
    if (terminal) tellSize()
    socket.resume()
    // A program that has ended needs no more, even where standard input goes on for ever.
    const left = input ? passOn(input, detacher, socket) : never
    return await Promise.race([ending, left.then(() => ({ kind: 'left' }) as const)])
  } finally {
    forgetSize?.()
    terminal?.setRaw(false)
    input?.close()
    socket.terminate()
  }
}

const never = new Promise<void>(() => undefined)

const endingOf = (socket: WebSocket, world: World) =>
  new Promise<Ending>((resolve) => {
    let status: Ending | undefined
    let failure: unknown
    socket.on('error', (error) => {
      failure = error
    })
    socket.on('close', () => resolve(status ?? { kind: 'lost', cause: failure }))
    socket.on('message', (message: Buffer) => {
      const { channel, data } = fromMessage(message)
      if (channel === channels.stdout) show(data, world.stdout, socket)
      if (channel === channels.stderr) show(data, world.stderr, socket)
      if (channel === channels.status) status = readStatus(data)
    })
  })

const show = (data: Buffer, stream: Stream, socket: WebSocket) => {
  // What has come already is still delivered after a pause; to wait for its drain once is enough.
  if (stream.write(data) || socket.isPaused) return
  socket.pause()
  stream.drained().then(
    () => socket.resume(),
    () => socket.terminate(), // the caller wants it to end
  )
}

const readStatus = (data: Buffer): Ending => {
  const status = JSON.parse(data.toString())
  return isFailure(status)
    ? { kind: 'failed', error: new ApiError(status) }
    : { kind: 'exited', code: status.exit_code }
}

/** Resolves when the keys are pressed that leave the terminal; else never: the program says when it is over. */
const passOn = async (input: Input, detacher: Detacher, socket: WebSocket): Promise<void> => {
  try {
    for await (const chunk of input.chunks) {
      const { passed, left } = detacher.pass(chunk)
      if (passed.length > 0) await post(socket, channels.stdin, passed)
      if (left) return
    }
  } catch (error) {
    if (socket.readyState === socket.OPEN) throw error
  }
  await post(socket, channels.close, Uint8Array.of(channels.stdin))
  await never
}

/** Sends a message, and resolves when there is room for more. */
const post = (socket: WebSocket, channel: number, data: Uint8Array | string) =>
  new Promise<void>((resolve) => {
    if (socket.readyState !== socket.OPEN) return resolve()
    socket.send(toMessage(channel, data), () => resolve())
    if (socket.bufferedAmount < bufferLimit) resolve()
  })
