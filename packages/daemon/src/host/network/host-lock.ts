import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'

const path = '/run/aptorch-network.lock'
const timeoutSeconds = 30

/** What whoever holds the lock leaves for the next. It goes with a reboot, and so does all that it tells of. */
export interface Note {
  readonly read: () => Promise<string>
  readonly write: (text: string) => Promise<void>
}

/**
 * Does something while no other daemon of this host, of whatever home, chooses a network or changes what all share.
 * See `takeLock` for how the lock is held. Rejects with an Error when it is not to be had.
 */
export const withHostLock = async <Result>(work: (note: Note) => Promise<Result>): Promise<Result> => {
  await using file = await open(path, constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW, 0o600)
  const flock = spawn('flock', ['--exclusive', '--timeout', String(timeoutSeconds), '3'], {
    stdio: ['ignore', 'ignore', 'ignore', file.fd],
  })
  const [status] = await once(flock, 'exit')
  if (status !== 0)
    throw new Error(`${path} could not be locked within ${timeoutSeconds} s (fuser ${path} says by whom)`)
  return await work(noteIn(file))
}

const noteIn = (file: FileHandle): Note => ({
  read: async () => {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(4096), 0, 4096, 0)
    return buffer.toString('utf8', 0, bytesRead)
  },
  write: async (text) => {
    await file.truncate(0)
    await file.write(text, 0)
  },
})
