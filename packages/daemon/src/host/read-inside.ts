import { constants } from 'node:fs'
import { type FileHandle, open, readlink } from 'node:fs/promises'
import { descriptorPath } from './mounts/run.ts'

const { O_DIRECTORY, O_NOCTTY, O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = constants
const O_PATH = 0o10000000 // open(2); the same on x86-64 and arm64, and unknown to Node

const maxLinks = 40 // as the kernel has it (path_resolution(7))

// What is missing, or is not what a path asks for; EINVAL is a link that was swapped for something else meanwhile.
const nothing = ['ENOENT', 'ENOTDIR', 'EACCES', 'ELOOP', 'ENAMETOOLONG', 'EINVAL']

/**
 * Reads a file as what has `root` for its root would find it, and no more than `limit` bytes. Undefined when there is none, or
 * it is no regular file. Each part of the path is held open before the next is looked up in it, and the kernel follows no
 * link: whatever a container swaps meanwhile, nothing outside of the root is opened, and no device or pipe is.
 */
export const readInside = async (root: string, path: string, limit: number): Promise<string | undefined> => {
  await using opened = new AsyncDisposableStack()
  try {
    const found = await walk(root, path, opened)
    if (!found) return undefined
    const file = opened.use(await open(descriptorPath(found.fd), O_RDONLY | O_NONBLOCK | O_NOCTTY))
    const { buffer, bytesRead } = await file.read(Buffer.alloc(limit), 0, limit, 0)
    return buffer.toString('utf8', 0, bytesRead)
  } catch (error) {
    if (nothing.includes((error as NodeJS.ErrnoException).code ?? '')) return undefined
    throw error
  }
}

/** The file at a path, by a descriptor that only names it. */
const walk = async (root: string, path: string, opened: AsyncDisposableStack): Promise<FileHandle | undefined> => {
  const top = opened.use(await open(root, O_PATH | O_DIRECTORY))
  const folders = [top]
  const left = namesIn(path)
  let links = 0
  for (let name = left.shift(); name !== undefined; name = left.shift()) {
    if (name === '..') {
      if (folders.length > 1) folders.pop()
      continue
    }
    const at = `${descriptorPath(folders.at(-1)?.fd ?? top.fd)}/${name}`
    const next = opened.use(await open(at, O_PATH | O_NOFOLLOW))
    const found = await next.stat()
    if (found.isSymbolicLink()) {
      if (++links > maxLinks) return undefined
      const target = await readlink(at)
      if (target.startsWith('/')) folders.length = 1
      left.unshift(...namesIn(target))
    } else if (found.isDirectory()) folders.push(next)
    else return left.length === 0 && found.isFile() ? next : undefined
  }
  return undefined
}

const namesIn = (path: string) => path.split('/').filter((part) => part !== '' && part !== '.')
