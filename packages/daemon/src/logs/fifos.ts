import { closeSync, constants, openSync } from 'node:fs'
import { chmod, chown, lstat, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Account } from '../host/account.ts'
import { isFolder, removeTree } from '../host/folders.ts'
import { runTool } from '../host/tool.ts'
import { streams } from '../logger/entry.ts'

// A program in the container that runs as another user there may open /dev/stdout again, to write.
const mode = 0o622

/**
 * Makes the FIFOs that a container's command writes into, the account's own; those that are there already stay. No process of
 * the container may run: where the daemon is no root, the folder is the container's to write as well.
 */
export const makeFifos = async (folder: string, { uid, gid }: Account): Promise<void> => {
  const paths = streams.map((stream) => join(folder, stream))
  const missing: string[] = []
  for (const path of paths) if (!(await isFifo(path))) missing.push(path)
  for (const path of missing) await ((await isFolder(path)) ? removeTree(path) : rm(path, { force: true }))
  if (missing.length > 0) {
    const { ok, stderr } = await runTool('mkfifo', '--', ...missing)
    if (!ok) throw new Error(`no FIFO for the output can be made in ${folder}: ${stderr.trim()}`)
  }
  for (const path of paths) {
    const found = await lstat(path)
    if (found.uid !== uid || found.gid !== gid) await chown(path, uid, gid)
    if ((found.mode & 0o7777) !== mode) await chmod(path, mode)
  }
}

/**
 * Opens the reading ends without ever reading: what is in a FIFO is kept while anybody has it open, so it outlives a logger that
 * dies and a container that ends before the next one has come. Returns what closes them. Throws when they aren't there.
 */
export const holdFifos = (folder: string): (() => void) => {
  const { O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = constants
  const held: number[] = []
  const release = () => {
    for (const descriptor of held.splice(0)) closeSync(descriptor)
  }
  try {
    for (const stream of streams) held.push(openSync(join(folder, stream), O_RDONLY | O_NONBLOCK | O_NOFOLLOW))
    return release
  } catch (error) {
    release()
    throw error
  }
}

const isFifo = (path: string): Promise<boolean> =>
  lstat(path).then(
    (found) => found.isFIFO(),
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return false
      throw error
    },
  )
