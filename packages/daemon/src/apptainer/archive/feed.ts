import { finished, type Readable, Writable } from 'node:stream'
import { apiError } from '@aptorch/shared'
import type { RunningExec } from '../../engine.ts'
import type { EntryCheck } from './entries.ts'

/**
 * Passes an archive on to a program, as fast as that takes it. Resolves when all of it was passed on, or the program has
 * ended; rejects when an entry is refused or the archive breaks off. The archive's stream isn't destroyed: it may be a
 * request that is still to be answered.
 */
export const feed = (
  archive: Readable,
  check: EntryCheck,
  program: RunningExec,
  onBytes: () => void,
): Promise<void> => {
  const { stdin } = program
  if (!stdin) throw new TypeError('the program was started without a standard input')
  const sink = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      onBytes()
      const passOn = () => stdin.write(chunk, () => done())
      check.take(chunk).then(passOn, done)
    },
    final: (done) => {
      stdin.end(() => done())
    },
  })
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const stopLooking = finished(archive, { writable: false }, (error) => {
    if (error) reject(apiError('invalid_field', `the archive broke off: ${error.message}`, error))
  })
  sink.once('finish', resolve)
  sink.once('error', reject)
  void program.ended.then(() => resolve())
  archive.pipe(sink)
  return promise.finally(() => {
    stopLooking()
    archive.unpipe(sink)
  })
}
