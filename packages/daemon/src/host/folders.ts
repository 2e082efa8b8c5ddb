import { constants } from 'node:fs'
import { chmod, chown, lstat, mkdir, open, rmdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { isRoot } from './account.ts'
import { readMounts } from './mounts/mountinfo.ts'
import { isWithin, resolveAbove } from './paths.ts'
import { inNamespace, runTool } from './tool.ts'

/**
 * Makes one folder with this owner and mode, whatever the umask; one that is there gets them too. Its parent must not be
 * writable by a container's account, or a planted link would lead elsewhere.
 * Returns whether it was made just now.
 */
export const makeFolder = async (
  path: string,
  { uid, gid, mode }: { uid: number; gid: number; mode: number },
): Promise<boolean> => {
  const made = await mkdir(path, { mode }).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'EEXIST') return false
      throw error
    },
  )
  const found = await lstat(path)
  if (!found.isDirectory()) throw new Error(`${path} is not a folder`)
  if (found.uid !== uid || found.gid !== gid) await chown(path, uid, gid)
  if ((found.mode & 0o7777) !== mode) await chmod(path, mode)
  return made
}

/** Whether there is a folder at a path, not a link to one. */
export const isFolder = (path: string): Promise<boolean> =>
  lstat(path).then(
    (found) => found.isDirectory(),
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return false
      throw error
    },
  )

/** Writes a small file of the daemon's own, never through a link. */
export const writeOwnFile = async (path: string, text: string, mode: number): Promise<void> => {
  const file = await open(path, constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | constants.O_NOFOLLOW, mode)
  try {
    await file.chmod(mode)
    await file.writeFile(text)
  } finally {
    await file.close()
  }
}

/**
 * Reads a small file that a container can write: no link is followed, nothing but a regular file is read, and no more
 * than `limit` bytes. Undefined when there is none, or not such a file.
 */
export const readForeignFile = async (path: string, limit: number): Promise<string | undefined> => {
  try {
    const { O_NOCTTY, O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = constants
    await using file = await open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY)
    if (!(await file.stat()).isFile()) return undefined
    const { buffer, bytesRead } = await file.read(Buffer.alloc(limit), 0, limit, 0)
    return buffer.toString('utf8', 0, bytesRead)
  } catch (error) {
    if (
      ['ENOENT', 'ELOOP', 'ENOTDIR', 'ENXIO', 'EACCES', 'ENAMETOOLONG'].includes(
        (error as NodeJS.ErrnoException).code ?? '',
      )
    )
      return undefined
    throw error
  }
}

/**
 * Removes a folder with all that a container has put into it. As a plain user, in a user namespace with that user's whole id
 * range, to whom all of it belongs. find(1) follows no link, not even one that is swapped in while it works.
 * Refuses while anything is mounted on it or below: find(1) takes a bind mount of the same file system for a part of it.
 * "Already gone" is success.
 */
export const removeTree = async (path: string): Promise<void> => {
  const folder = await resolveAbove(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined
    throw error
  })
  if (folder === undefined) return
  const [mounted, ...more] = await mountsOnOrBelow(folder)
  if (mounted !== undefined) {
    const also = more.length === 0 ? '' : ` and ${more.length} more`
    throw new Error(`${path} is not removed: something is mounted at ${mounted}${also}; unmount it first`)
  }
  if (!(await isFolder(folder))) return
  const empty = ['find', folder, '-xdev', '-mindepth', '1', '-delete'] as const
  const { ok, stderr } = isRoot() ? await runTool(...empty) : await runTool(...inNamespace, ...empty)
  if (!ok) throw new Error(`${path} could not be emptied: ${stderr.trim().slice(0, 1000)}`)
  await rmdir(folder)
}

/** Mount points in a folder, itself included. The path must be resolved, as mountinfo's are. */
export const mountsOnOrBelow = async (folder: string): Promise<string[]> =>
  (await readMounts()).map(({ point }) => point).filter((point) => isWithin(point, folder))

/** The nearest folder above that is there. */
export const nearestExisting = async (path: string): Promise<string> =>
  (await isFolder(path)) || path === '/' ? path : nearestExisting(dirname(path))
