import { randomBytes } from 'node:crypto'
import { lstat, open, readdir, rmdir, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { isRoot } from '../account.ts'
import { isFolder, makeFolder } from '../folders.ts'
import { resolveAbove } from '../paths.ts'
import { mountAt, readMounts } from './mountinfo.ts'
import { closeOwnMount, openOwnMount } from './own-mount.ts'
import type { HostPlace } from './place.ts'
import { mount, umount } from './run.ts'
import { bindRestricted } from './stage.ts'

/** The folder of a container's run folder, and so of the container's `/.aptorch`, in which volumes appear. */
export const volumesFolder = 'volumes'

export interface VolumeHub {
  /** Makes the run folder a shared mount of its own, where it is not one yet. Must come before any container is started. */
  open(): Promise<void>
  /** Takes away what a daemon that died has left staged. Never touches anything else, and nothing that containers have. */
  clear(): Promise<void>
  /** Takes the mounts of `open` away. Only when no container runs: those could get nothing more. */
  close(): Promise<void>
  /**
   * Binds a place where the container sees it, in `/.aptorch/volumes`, restricted before it does: no set-user-id, no devices
   * and, when asked, read-only, all of which what is root in the container can't undo. Rejects with an Error that names what
   * is in the way, and then nothing is bound.
   */
  stage(container: string, place: HostPlace, readOnly: boolean): Promise<Staged>
}

/** A volume on its way into a container. */
export interface Staged {
  /** On the host. */
  readonly path: string
  /** In the folder of the container's volumes. */
  readonly name: string
  /** Ends it, on the host and in the container, where what was bound from it stays. */
  remove(): Promise<void>
}

/** A hub, or for a person why there is none on this host. */
export type FoundHub = { readonly hub: VolumeHub } | { readonly reason: string }

/** Opens the hub of a daemon that may mount. Never throws for one that may not. */
export const openVolumeHub = async (folders: HubFolders): Promise<FoundHub> => {
  if (!isRoot()) return { reason: 'only a daemon that is root can mount' }
  const hub = createVolumeHub(folders)
  try {
    await hub.open()
    return { hub }
  } catch (error) {
    return { reason: `this daemon can't mount, though it is root: ${(error as Error).message}` }
  }
}

export interface HubFolders {
  readonly run: string
  readonly staging: string
}

/**
 * The way of volumes into running containers. Each container has a folder of the shared mount `run` bound as a slave: what is
 * mounted in that here appears there. `staging` is private, so that nothing appears anywhere half made.
 */
export const createVolumeHub = (folders: HubFolders): VolumeHub => ({
  open: async () => {
    await makeFolder(folders.staging, { ...owner(), mode: 0o700 })
    const { run, staging } = await resolved(folders)
    await openOwnMount(run, 'shared')
    await openOwnMount(staging, 'private')
  },

  clear: async () => {
    const { run, staging } = await resolved(folders)
    for (const container of await readdir(run)) await clearFolder(join(run, container, volumesFolder))
    await clearFolder(staging)
  },

  close: async () => {
    const { run, staging } = await resolved(folders)
    await closeOwnMount(staging)
    await closeOwnMount(run)
  },

  stage: async (container, place, readOnly) => {
    const { run, staging } = await resolved(folders)
    const name = randomBytes(8).toString('hex')
    const path = join(await makeVolumesFolder(join(run, container)), name)
    const unseen = join(staging, name)
    try {
      await makePoint(unseen, place.kind)
      await makePoint(path, place.kind)
      await bindRestricted(place, unseen, readOnly)
      await mount('--move', unseen, path)
      await takeAway(unseen)
    } catch (error) {
      await takeAway(unseen)
      await takeAway(path)
      throw error
    }
    return { path, name, remove: () => takeAway(path) }
  },
})

const owner = () => ({ uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 })

/** As mountinfo names them. */
const resolved = async ({ run, staging }: HubFolders): Promise<HubFolders> => ({
  run: await resolveAbove(run),
  staging: await resolveAbove(staging),
})

/** Both folders have to be the daemon's: with a link planted there, a container would have us mount over the host's own. */
const makeVolumesFolder = async (runFolder: string): Promise<string> => {
  const { uid, gid } = owner()
  if (!(await isFolder(runFolder))) await makeFolder(runFolder, { uid, gid, mode: 0o750 })
  const found = await lstat(runFolder)
  if (found.uid !== uid || (found.mode & 0o022) !== 0) throw new Error(`${runFolder} can be written by others`)
  const folder = join(runFolder, volumesFolder)
  await makeFolder(folder, { uid, gid, mode: 0o755 })
  return folder
}

const makePoint = async (path: string, kind: HostPlace['kind']) => {
  if (kind === 'folder') await makeFolder(path, { ...owner(), mode: 0o755 })
  else await (await open(path, 'wx', 0o644)).close()
}

const clearFolder = async (folder: string) => {
  if (!(await isFolder(folder))) return
  for (const name of await readdir(folder)) if (/^[0-9a-f]{16}$/.test(name)) await takeAway(join(folder, name))
}

/** "Already gone" is success. What containers have bound from it, with what is mounted in that, is theirs and stays. */
const takeAway = async (point: string): Promise<void> => {
  while (mountAt(await readMounts(), point)) await umount('-l', point)
  try {
    await ((await lstat(point)).isDirectory() ? rmdir(point) : unlink(point))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
}
