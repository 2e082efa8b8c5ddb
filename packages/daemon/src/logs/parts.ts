import { constants } from 'node:fs'
import { type FileHandle, open, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { fileName, numberOf } from '../logger/files.ts'

/** An open file of a log: the same one however often it is renamed, and when it is removed too. */
export interface Part {
  readonly file: FileHandle
  readonly inode: number
}

// Rotations come seconds apart; each can spoil one look.
const looks = 20

/** Opens all files of a log, oldest first; none when there is no such folder. They are the caller's to close. */
export const openParts = async (folder: string): Promise<Part[]> => {
  for (let look = 1; ; look++) {
    const newest = await newestInode(folder)
    const parts = await openAll(folder)
    const same = newest === (await newestInode(folder)) && (newest === undefined || parts.at(-1)?.inode === newest)
    if (same || look === looks) return parts
    await closeParts(parts) // names moved on while they were opened one by one
  }
}

/**
 * Adds what came after the last of these files, if anything did. Whether others in between may be gone: then that last one
 * itself is.
 */
export const addNewer = async (folder: string, parts: Part[]): Promise<boolean> => {
  const last = parts.at(-1)
  if (last !== undefined && (await newestInode(folder)) === last.inode) return false
  const all = await openParts(folder)
  const known = all.findIndex(({ inode }) => inode === last?.inode)
  await closeParts(all.slice(0, known + 1))
  const newer = all.slice(known + 1)
  parts.push(...newer)
  return last !== undefined && known < 0 && newer.length > 0
}

export const closeParts = async (parts: readonly Part[]): Promise<void> => {
  for (const { file } of parts) await file.close()
}

const openAll = async (folder: string): Promise<Part[]> => {
  const numbers = (await orUndefined(readdir(folder)))?.flatMap((name) => numberOf(name) ?? []) ?? []
  const parts: Part[] = []
  for (const number of numbers.toSorted((a, b) => b - a)) {
    const path = join(folder, fileName(number))
    const file = await orUndefined(open(path, constants.O_RDONLY | constants.O_NOFOLLOW))
    if (file) parts.push({ file, inode: (await file.stat()).ino })
  }
  return parts
}

/** Undefined in the middle of a rotation, and where nothing was written yet. */
const newestInode = async (folder: string) => (await orUndefined(stat(join(folder, fileName(0)))))?.ino

const orUndefined = <Found>(look: Promise<Found>): Promise<Found | undefined> =>
  look.catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
