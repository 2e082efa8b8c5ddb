import type { Socket } from 'node:net'
import { Writable } from 'node:stream'

export interface InputEnd {
  /** Says that nothing more comes, after what has been written. */
  readonly end: (done: () => void) => void
  /** Gives it up. */
  readonly abandon: () => void
}

/**
 * The standard input of a program, as fast as that reads it. What it doesn't read is dropped when it has ended: not to read
 * everything is no failure.
 */
export const openInput = (target: Socket, { end, abandon }: InputEnd): Writable => {
  target.on('error', () => target.destroy()) // nobody reads it any more
  return new Writable({
    highWaterMark: 64 * 1024,
    write: (chunk: Buffer, _encoding, done) => {
      if (target.destroyed) done()
      else target.write(chunk, () => done())
    },
    final: (done) => {
      if (target.destroyed) done()
      else end(() => done())
    },
    destroy: (error, done) => {
      abandon()
      done(error)
    },
  })
}
