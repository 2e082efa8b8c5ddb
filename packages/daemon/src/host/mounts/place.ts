import { constants } from 'node:fs'
import { type FileHandle, open, readFile, readlink, stat } from 'node:fs/promises'
import { isWithin } from '../paths.ts'
import { type FileSystemPlace, type Mount, readMounts } from './mountinfo.ts'

/**
 * A folder or file of the host, held open: what is looked at, and what is bound, is this very one, whatever comes into
 * the place of its path.
 */
export interface HostPlace extends AsyncDisposable {
  /** Where it was when it was opened, links resolved. */
  readonly path: string
  readonly kind: 'folder' | 'file'
  readonly fd: number
  close(): Promise<void>
}

/**
 * Opens what is at a path, following links. Undefined when that is neither a folder nor a regular file. Rejects with
 * ENOENT, EACCES and so on as open(2) does.
 */
export const openPlace = async (path: string): Promise<HostPlace | undefined> => {
  const handle = await openPath(path)
  try {
    const stats = await handle.stat()
    const kind = stats.isDirectory() ? 'folder' : stats.isFile() ? 'file' : undefined
    if (kind) return placeOf(handle, kind, await pathOf(handle, path))
  } catch (error) {
    await handle.close()
    throw error
  }
  await handle.close()
  return undefined
}

/** Where the place lies in its file system, as mountinfo shows it, which knows more than stat(2): subvolumes of btrfs. */
export const fileSystemPlaceOf = async (place: HostPlace): Promise<FileSystemPlace> => {
  const mount = await mountOf(place)
  const path = await readlink(`/proc/self/fd/${place.fd}`)
  if (!isWithin(path, mount.point)) throw new Error(`${path} is in no file system that is mounted any more`)
  const below = mount.point === '/' ? path : path.slice(mount.point.length)
  return { device: mount.device, root: `${mount.root}${below}`.replace(/\/+/g, '/').replace(/(?<=.)\/$/, '') }
}

/** The mount that a place is in. */
export const mountOf = async ({ fd, path }: HostPlace): Promise<Mount> => {
  const id = Number((await readFile(`/proc/self/fdinfo/${fd}`, 'utf8')).match(/^mnt_id:\t(\d+)$/m)?.[1])
  const mount = (await readMounts()).find((found) => found.id === id)
  if (mount) return mount
  throw new Error(`${path} is in no file system that is mounted any more`)
}

// O_PATH, which node does not name; the same on x86-64 and arm64 (asm-generic/fcntl.h). It opens no device and no pipe.
const pathOnly = 0o10000000

/** As a folder first: only that makes an automounter mount what is meant. */
const openPath = (path: string): Promise<FileHandle> =>
  open(path, pathOnly | constants.O_DIRECTORY).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOTDIR') return open(path, pathOnly)
    throw error
  })

/** Reads back where it is, and makes sure that it is there: the kernel only appends " (deleted)" to a path that is no more. */
const pathOf = async (handle: FileHandle, named: string): Promise<string> => {
  const path = await readlink(`/proc/self/fd/${handle.fd}`)
  const [opened, found] = await Promise.all([handle.stat(), stat(path)])
  if (opened.dev === found.dev && opened.ino === found.ino) return path
  throw Object.assign(new Error(`${named} was taken away just now`), { code: 'ENOENT' })
}

const placeOf = (handle: FileHandle, kind: HostPlace['kind'], path: string): HostPlace => {
  const close = () => handle.close()
  return { path, kind, fd: handle.fd, close, [Symbol.asyncDispose]: close }
}
