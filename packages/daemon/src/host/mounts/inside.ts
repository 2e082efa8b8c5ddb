import { posix } from 'node:path'
import { inCgroups } from '../launcher.ts'
import { runToolWith } from '../tool.ts'
import { NoPointError } from './errors.ts'
import type { Namespaces } from './namespaces.ts'
import type { HostPlace } from './place.ts'
import { saidBy, timeout } from './run.ts'

/**
 * Makes a folder in a container, or an empty file with the folders above it, as the container's own root. What runs is the
 * container's code, which may do anything: it is in all of the container's namespaces and cgroups before it starts, gets no
 * privilege and no descriptor of ours, and is given up after a while.
 */
export const makeInside = async (
  namespaces: Namespaces,
  procsFiles: readonly string[],
  kind: HostPlace['kind'],
  path: string,
): Promise<void> => {
  const make = kind === 'folder' ? ['mkdir', '-p', '--', path] : ['sh', '-c', makeFile, 'sh', posix.dirname(path), path]
  const [file = '', ...args] = inCgroups(procsFiles, [...enter(namespaces), ...make])
  const result = await runToolWith({ timeout }, file, ...args)
  if (result.ok) return
  const message = `${path} could not be made in the container: ${saidBy(result)}`
  throw unsuited.test(result.stderr) ? new NoPointError(message) : new Error(message)
}

// What the container is to blame for, or who asked: not the host.
const unsuited = /read-only file system|file exists|not a directory|permission denied|not permitted|too long/i

const makeFile = 'mkdir -p -- "$1" && : >>"$2"'

const enter = ({ pathOf }: Namespaces) => [
  ...['setpriv', '--no-new-privs', 'nsenter'],
  ...[`--user=${pathOf('user')}`, `--mount=${pathOf('mnt')}`, `--pid=${pathOf('pid')}`, `--net=${pathOf('net')}`],
  ...[`--ipc=${pathOf('ipc')}`, `--uts=${pathOf('uts')}`, `--cgroup=${pathOf('cgroup')}`, '--'],
]
