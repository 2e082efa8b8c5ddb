import { lstat } from 'node:fs/promises'
import type { ProcessIdentity } from '../process.ts'
import { runToolWith, type ToolResult } from '../tool.ts'
import { BusyError, NotVisibleError } from './errors.ts'
import { type Staged, volumesFolder } from './hub.ts'
import { makeInside } from './inside.ts'
import { type Mount, mountAt, mountsIn, mountsOf, pointsOf, readMounts } from './mountinfo.ts'
import { type Namespaces, openNamespaces } from './namespaces.ts'
import type { HostPlace } from './place.ts'
import { resolveInside } from './resolve-inside.ts'
import { saidBy, timeout } from './run.ts'

/**
 * What is mounted in a running container, as its first process sees it. Whatever the container does meanwhile, all this
 * takes effect in its own mount namespace only: the kernel resolves each path in there, and mounts nowhere else.
 */
export interface ContainerMounts extends AsyncDisposable {
  list(): Promise<readonly Mount[]>
  /**
   * Where a path leads in the container now, which is the point that a mount there is known by, and what is there: undefined
   * for nothing. No more than a look: whatever the container makes of the path until it is used, it is used inside.
   */
  look(containerPath: string): Promise<{ readonly point: string; readonly kind: string | undefined }>
  /** Makes what is missing for a mount at a path. Rejects with an Error that has what the container's mkdir(1) had to say. */
  makePoint(kind: HostPlace['kind'], containerPath: string): Promise<void>
  /**
   * Binds what is staged to a path in the container. Resolves to the mount point as the kernel shows it, links in the
   * container resolved. Rejects with a NotVisibleError when the container doesn't see what is staged, and with an Error that
   * says what mount(8) had to say.
   */
  bind(staged: Staged, containerPath: string): Promise<string>
  /**
   * Unmounts what is on top at a mount point. Rejects with a BusyError when something uses it or is mounted in it, unless
   * forced: then it is gone from the tree, but processes keep what they have open. "Already gone" is success.
   */
  unbind(point: string, force: boolean): Promise<void>
}

/**
 * Opens a container's mounts by its first process; what is run in it is put into the cgroups of `procsFiles`. Rejects with an
 * Error when that process has ended, or is in no mount and user namespace of its own.
 */
export const openContainerMounts = async (
  process: ProcessIdentity,
  procsFiles: readonly string[],
): Promise<ContainerMounts> => {
  const namespaces = await openNamespaces(process)
  const root = `/proc/${process.pid}/root`

  const look = async (containerPath: string) => {
    const point = await resolveInside(root, containerPath)
    const kind = await kindAt(`${root}${point}`)
    await namespaces.check()
    return { point, kind }
  }

  const list = async () => {
    const mounts = await readMounts(process.pid).catch(async (error: unknown) => {
      await namespaces.check()
      throw error
    })
    await namespaces.check() // so what was read is this process's, in this namespace
    if (mounts.length <= mostMounts) return mounts
    throw new Error(`the container has mounted ${mounts.length} times, beyond what is looked through; stop it`)
  }

  const makePoint: ContainerMounts['makePoint'] = async (kind, containerPath) => {
    if ((await look(containerPath)).kind === undefined) await makeInside(namespaces, procsFiles, kind, containerPath)
  }

  const bind: ContainerMounts['bind'] = async (staged, containerPath) => {
    const before = await list()
    const transit = mountAt(before, `${insideFolder}/${staged.name}`)
    if (!transit) throw new NotVisibleError(`the container has no ${insideFolder}/${staged.name}`)
    const result = await mountInside(namespaces, transit.point, containerPath)
    if (!result.ok) throw failed(result)
    const known = new Set(before.map(keyOf))
    const made = mountsOf(await list(), transit).find((mount) => !known.has(keyOf(mount)))
    if (!made) throw new Error(`${containerPath} does not lead to where the container sees it`)
    return made.point
  }

  const unbind: ContainerMounts['unbind'] = async (point, force) => {
    const before = await list()
    const mount = mountAt(before, point)
    if (!mount) return
    const within = mountsIn(before, mount)
    if (!force && within.length > 0) throw new BusyError(`${pointsOf(within)} is mounted in it`)
    const result = await unmountInside(namespaces, point, force)
    const after = (await list()).some((each) => keyOf(each) === keyOf(mount))
    if (!after) return
    if (/target is busy/.test(result.stderr)) throw new BusyError(`a process has something open in ${point}`)
    throw new Error(`${failed(result).message} (does the container hide it? stop it then)`)
  }

  return { list, look, makePoint, bind, unbind, [Symbol.asyncDispose]: () => namespaces[Symbol.asyncDispose]() }
}

// No image and no program mounts so often. Each look at more would hold the daemon up, and whoever waits for it.
const mostMounts = 2000

const kindAt = (path: string): Promise<string | undefined> =>
  lstat(path).then(
    (found) => (found.isDirectory() ? 'folder' : found.isFile() ? 'file' : 'device, pipe, socket or link'),
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined
      throw error
    },
  )

/** Where the container sees its volumes folder. */
const insideFolder = `/.aptorch/${volumesFolder}`

const mountInside = ({ pathOf }: Namespaces, from: string, to: string): Promise<ToolResult> =>
  runToolWith({ timeout }, 'mount', '-c', '-i', '-N', pathOf('mnt'), '--rbind', '--', from, to)

/**
 * In the pid namespace as well: umount(8) looks for what it can't learn from the mount itself in /proc/self/mountinfo, and
 * finds its own entry in the container's /proc only there. It stays the host's root, which nothing in the container can
 * trace, look into or signal.
 */
const unmountInside = ({ pathOf }: Namespaces, point: string, force: boolean): Promise<ToolResult> => {
  const enter = ['nsenter', `--pid=${pathOf('pid')}`, '--'] as const
  return runToolWith({ timeout }, ...enter, 'umount', '-i', ...(force ? ['-l'] : []), '-N', pathOf('mnt'), '--', point)
}

/** The kernel gives the number of a mount that is gone to the next one, so the number alone is not enough. */
const keyOf = ({ id, parent, device, root, point }: Mount) => [id, parent, device, root, point].join(' ')

const failed = (result: ToolResult) => new Error(saidBy(result) || 'the kernel did not do it')
