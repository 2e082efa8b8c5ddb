import * as fs from 'node:fs'
import { readFile, readlink } from 'node:fs/promises'
import { promisify } from 'node:util'

/** A file of /proc; undefined when its process has ended, or is not ours to look at. */
export const readProc = (path: string): Promise<string | undefined> => readFile(path, 'utf8').catch(unlessHidden)

/** Where a link of /proc leads; undefined likewise. */
export const readProcLink = (path: string): Promise<string | undefined> => readlink(path).catch(unlessHidden)

/** The first bytes of a file of /proc, no more than `limit`, since a container decides how long it is; undefined likewise. */
export const readProcStart = async (path: string, limit: number): Promise<string | undefined> => {
  try {
    const descriptor = await open(path, fs.constants.O_RDONLY)
    try {
      return await readUpTo(descriptor, limit)
    } finally {
      await close(descriptor)
    }
  } catch (error) {
    return unlessHidden(error as NodeJS.ErrnoException)
  }
}

// Plain descriptors: to read a thousand small files costs a FileHandle three times as much.
const open = promisify(fs.open)
const read = promisify(fs.read)
const close = promisify(fs.close)

const readUpTo = async (descriptor: number, limit: number): Promise<string> => {
  const parts: Buffer[] = []
  for (let length = 0; length < limit; ) {
    const size = Math.min(chunk, limit - length)
    const { buffer, bytesRead } = await read(descriptor, Buffer.allocUnsafe(size), 0, size, null)
    if (bytesRead === 0) break
    parts.push(buffer.subarray(0, bytesRead))
    length += bytesRead
  }
  return Buffer.concat(parts).toString('utf8')
}

const chunk = 8 * 1024

// ESRCH is the kernel's word for a file that was open when its process ended.
const unlessHidden = (error: NodeJS.ErrnoException): undefined => {
  if (!['ENOENT', 'ESRCH', 'EACCES', 'EPERM'].includes(error.code ?? '')) throw error
}
