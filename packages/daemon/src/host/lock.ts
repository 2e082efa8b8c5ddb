import { spawnSync } from 'node:child_process'
import { constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'

/**
 * Takes the lock on a home: one daemon only. flock(2) belongs to the open file, so flock(1) takes it on the descriptor
 * that it is given and ends, and the kernel gives it back when this process ends, however it ends.
 * Undefined when another daemon has it.
 */
export const takeLock = async (path: string): Promise<FileHandle | undefined> => {
  const file = await open(path, constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW, 0o600)
  const { status, stderr, error } = spawnSync('flock', ['--nonblock', '3'], {
    stdio: ['ignore', 'ignore', 'pipe', file.fd],
  })
  if (status === 0) return file
  await file.close()
  if (status === 1) return undefined
  throw new Error(`${path} can't be locked: ${error?.message ?? String(stderr)}`)
}
