import { chmod, lstat, mkdir, open, readdir, rm, symlink, unlink } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { mountAt, readMounts } from '../mounts/mountinfo.ts'
import { namespaceLinks, namespaces } from './names.ts'
import { runOrThrow } from './run.ts'

/**
 * In a new namespace loopback is down. And the container's root, who is nobody here, could neither take a port below 1024 nor
 * ping: the namespace belongs to the host's root, so no capability of the container's counts in it.
 */
const ready = [
  'ip link set lo up',
  'echo 0 >/proc/sys/net/ipv4/ip_unprivileged_port_start',
  'echo 0 2147483647 >/proc/sys/net/ipv4/ping_group_range',
].join(' && ')

/** Makes a network namespace that a file holds. It is not ready for containers yet. */
export const makeNamespace = async (path: string): Promise<void> => {
  for (const folder of [namespaces, namespaceLinks]) {
    if (await mkdir(folder, { recursive: true })) await chmod(folder, 0o755)
  }
  await (await open(path, 'wx', 0o444)).close()
  await runOrThrow('unshare', `--net=${path}`, 'sh', '-c', withoutIpv6)
  await removeLink(path)
  await symlink(path, linkTo(path))
}

/** Makes a namespace ready for containers, apart from any interface but loopback. */
export const readyNamespace = async (path: string): Promise<void> => {
  await runOrThrow('nsenter', `--net=${path}`, 'sh', '-c', ready)
}

// For the interfaces to come: the containers' network has no IPv6, and a link's own address would reach the host past it.
// Loopback keeps its own. A kernel without IPv6 has no such file.
const withoutIpv6 = 'test ! -e /proc/sys/net/ipv6 || echo 1 >/proc/sys/net/ipv6/conf/default/disable_ipv6'

/** Lets go of a namespace; processes that are still in it keep it. "Already gone" is success, and so is a file without one. */
export const removeNamespace = async (path: string): Promise<void> => {
  await removeLink(path)
  if (!(await isThere(path))) return
  while (await isNamespace(path)) await runOrThrow('umount', '--no-canonicalize', '--lazy', '--', path)
  await unlink(path)
}

/** Whether a file holds a namespace, rather than being left of one. */
export const isNamespace = async (path: string): Promise<boolean> => mountAt(await readMounts(), path) !== undefined

/** The names of all files that hold network namespaces, or did. */
export const listNamespaces = async (): Promise<readonly string[]> =>
  readdir(namespaces).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw error
  })

const linkTo = (path: string) => join(namespaceLinks, basename(path))

const removeLink = (path: string) => rm(linkTo(path), { force: true })

const isThere = (path: string) =>
  lstat(path).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return false
      throw error
    },
  )
