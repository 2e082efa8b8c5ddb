import type { Socket } from 'node:net'
import { PassThrough, type Readable, type Transform } from 'node:stream'

/** What a program prints, with an end that doesn't depend on what it leaves behind. */
export interface Output {
  readonly stream: Readable
  /** To be called when the program has ended: the stream ends when all that was printed is passed on. */
  finish(): void
  /** To be called when nobody waits for more: the stream ends soon, whoever reads it or not. */
  cut(): void
}

// So often it may look as if there were more, though all that the program itself had printed fits a pipe.
const mostLooks = 10

/**
 * Passes on what comes from a socket, which is closed with the stream. What a program has printed is there `quietMs` after
 * its end, or still comes: what else keeps the socket open, or goes on printing, belongs to what it left behind. A reader may
 * take the time that it needs.
 */
export const relay = (source: Socket, quietMs: number, stream: Transform = new PassThrough()): Output => {
  let timer: NodeJS.Timeout | undefined
  let check: NodeJS.Immediate | undefined
  let cutting: NodeJS.Timeout | undefined
  source.on('error', () => source.destroy()) // a terminal says so when its last program has ended
  source.once('close', () => {
    clearTimeout(timer)
    clearImmediate(check)
    clearTimeout(cutting)
    stream.end()
  })
  stream.once('close', () => source.destroy())
  source.pipe(stream)

  const look = (before: number, looks: number) => {
    timer = setTimeout(() => {
      check = setImmediate(() => {
        // After what has come meanwhile was read: this process may have been held up for longer.
        if (stream.writableNeedDrain) look(source.bytesRead, looks)
        else if (source.bytesRead !== before && looks < mostLooks) look(source.bytesRead, looks + 1)
        else source.destroy()
      })
    }, quietMs)
  }
  const finish = () => {
    if (!source.destroyed) look(source.bytesRead, 0)
  }
  const cut = () => {
    if (!source.destroyed) cutting ??= setTimeout(() => source.destroy(), mostLooks * quietMs)
  }
  return { stream, finish, cut }
}
