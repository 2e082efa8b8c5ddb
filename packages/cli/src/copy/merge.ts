import type { Stats } from 'node:fs'
import { lstat, readdir, rename, rmdir } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * Moves what is at a path to another one on the same file system. Folders that are there already keep their mode and what is
 * in them; files and links are replaced. A folder never takes the place of something else, nor the reverse, and no link is
 * followed: one that an earlier copy has brought could lead anywhere. Rejects with an Error that names what is in the way.
 */
export const merge = async (from: string, to: string): Promise<void> => {
  const [moved, there] = await Promise.all([lstat(from), look(to)])
  if (moved.isDirectory() && there?.isDirectory()) {
    for (const name of await readdir(from)) await merge(join(from, name), join(to, name))
    await rmdir(from)
    return
  }
  if (there && moved.isDirectory() !== there.isDirectory()) {
    throw new Error(`${to} is ${there.isDirectory() ? 'a folder' : 'no folder'}: it is not replaced by what is copied`)
  }
  await rename(from, to)
}

const look = (path: string): Promise<Stats | undefined> =>
  lstat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
