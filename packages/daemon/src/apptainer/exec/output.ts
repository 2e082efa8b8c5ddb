import type { Socket } from 'node:net'
import { PassThrough, type Readable, type Transform } from 'node:stream'

/** What a program prints, with an end that doesn't depend on what it leaves behind. */
export interface Output {
  readonly stream: Readable
  /** To be called when the program has ended: the stream ends when all that was printed is passed on. */
  finish(): void
}

/**
 * Passes on what comes from a socket, which is closed with the stream. What a program has printed is there `quietMs` after
 * its end, or still comes: what else keeps the socket open belongs to what it left behind.
 */
export const relay = (source: Socket, quietMs: number, stream: Transform = new PassThrough()): Output => {
  let timer: NodeJS.Timeout | undefined
  let check: NodeJS.Immediate | undefined
  source.on('error', () => source.destroy()) // a terminal says so when its last program has ended
  source.once('close', () => {
    clearTimeout(timer)
    clearImmediate(check)
    stream.end()
  })
  stream.once('close', () => source.destroy())
  source.pipe(stream)

  const look = (before: number) => {
    timer = setTimeout(() => {
      check = setImmediate(() => {
        // After what has come meanwhile was read: this process may have been held up for longer.
        const waits = source.bytesRead !== before || stream.writableNeedDrain
        if (waits) look(source.bytesRead)
        else source.destroy()
      })
    }, quietMs)
  }
  const finish = () => {
    if (!source.destroyed) look(source.bytesRead)
  }
  return { stream, finish }
}
