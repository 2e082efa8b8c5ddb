import { type Mount, mountAt, readMounts } from './mountinfo.ts'
import { mount, umount } from './run.ts'

/** How far mounts in it are seen: "shared" by whoever has it as a slave, "private" by nobody else (mount_namespaces(7)). */
export type Reach = 'shared' | 'private'

/**
 * Makes a folder a mount of its own, with a reach of its own whatever that of the file system around it is. One that is so
 * already is left alone: containers hang on it. The path must be resolved.
 */
export const openOwnMount = async (path: string, reach: Reach): Promise<void> => {
  const mounts = await readMounts()
  const found = mountAt(mounts, path)
  if (found && reachOf(found, mounts) === reach) return
  if (!found) await mount('--bind', path, path)
  await mount('--make-private', path) // or it would share its reach with the mount around it
  if (reach === 'shared') await mount('--make-shared', path)
}

/** Takes it away. Rejects while anything is mounted in it. "Already gone" is success. */
export const closeOwnMount = async (path: string): Promise<void> => {
  if (mountAt(await readMounts(), path)) await umount(path)
}

/** Undefined for one that has its reach in common with the mount that it is on. */
const reachOf = ({ propagation, parent }: Mount, mounts: readonly Mount[]): Reach | undefined => {
  if (propagation === '') return 'private'
  const around = mounts.find(({ id }) => id === parent)?.propagation.split(' ')
  return /^shared:\d+$/.test(propagation) && !around?.includes(propagation) ? 'shared' : undefined
}
