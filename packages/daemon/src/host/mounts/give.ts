import { chown, readFile, stat } from 'node:fs/promises'
import type { Account } from '../account.ts'
import { mountsOnOrBelow } from '../folders.ts'
import { isWithin } from '../paths.ts'
import { runToolWith } from '../tool.ts'
import type { HostPlace } from './place.ts'
import { descriptorPath, saidBy } from './run.ts'

/**
 * Gives a folder with the folders, files and links in it, or a file, to an account. What belongs to it already, or to one of
 * its subordinate ids, which its containers use, keeps its owner; devices, pipes and sockets do too, and in a folder files
 * that have other names (hard links), which may be elsewhere.
 * Rejects with an Error: for the host's own folders, for a file with other names, and where anything is mounted in the
 * folder; nothing has changed then.
 */
export const giveTo = async (place: HostPlace, account: Account): Promise<void> => {
  if (isHostsOwn(place.path)) throw new Error(`${place.path} is the host's own`)
  await requireProtectedLinks()
  const ids = await idsOf(account)
  const path = descriptorPath(place.fd)
  const { uid, nlink } = await stat(path)
  if (place.kind === 'file' && nlink > 1) throw new Error(`${place.path} has other names too (hard links)`)
  if (place.kind === 'folder') await giveContent(place, account, ids)
  if (!ids.some(({ first, count }) => uid >= first && uid < first + count)) await chown(path, account.uid, account.gid)
}

/** Each entry is changed from within the folder that find(1) found it in, and links are not followed: see find(1), -execdir. */
const giveContent = async (place: HostPlace, { uid, gid }: Account, ids: readonly Ids[]): Promise<void> => {
  // A bind mount of the same file system would be taken for a part of it.
  const mounted = (await mountsOnOrBelow(place.path)).find((point) => point !== place.path)
  if (mounted !== undefined) throw new Error(`something is mounted in it, at ${mounted}`)
  const where = [`${descriptorPath(place.fd)}/`, '-mindepth', '1', '-xdev'] as const
  const foreign = ids.flatMap(({ first, count }) => [
    '!',
    '(',
    '-uid',
    `+${first - 1}`,
    '-uid',
    `-${first + count}`,
    ')',
  ])
  const givable = ['(', '-type', 'd', '-o', '-type', 'l', '-o', '-type', 'f', '-links', '1', ')']
  const give = ['-execdir', 'chown', '--no-dereference', '--', `${uid}:${gid}`, '{}', '+']
  const result = await runToolWith({ timeout: giveMs }, 'find', ...where, ...foreign, ...givable, ...give)
  if (!result.ok) throw new Error(`not all of ${place.path} could be given away: ${saidBy(result)}`)
}

// A large folder has a million files.
const giveMs = 300_000

// What the host's programs are and live from: given away, it would make a container the host's root. Podman's ":U" refuses
// the folders alone, but a file of one is as good.
const wholly = ['/bin', '/boot', '/dev', '/etc', '/proc', '/root', '/run', '/sbin', '/sys', '/usr', '/var']
const itself = ['/', '/home', '/media', '/mnt', '/opt', '/srv', '/tmp']

const isHostsOwn = (path: string) =>
  itself.includes(path) || wholly.some((folder) => isWithin(path, folder)) || /^\/lib[^/]*(\/|$)/.test(path)

/**
 * A container that can write in the folder could otherwise put another's file under a name of its own in there, between
 * find(1)'s look and the change. With this, the kernel lets nobody link what he could not own or write anyway (proc(5)).
 */
const requireProtectedLinks = async () => {
  const setting = await readFile('/proc/sys/fs/protected_hardlinks', 'utf8')
  if (setting.trim() !== '1')
    throw new Error('this host lets anybody link any file; set fs.protected_hardlinks to 1 (sysctl -w)')
}

interface Ids {
  readonly first: number
  readonly count: number
}

/** An account's own id and its subordinate ones (subuid(5)). */
const idsOf = async ({ name, uid }: Account): Promise<readonly Ids[]> => {
  const lines = (await readFile('/etc/subuid', 'utf8')).split('\n').map((line) => line.split(':'))
  const own = lines.filter(([owner]) => owner === name || owner === String(uid))
  const ranges = own.map(([, first, count]) => ({ first: Number(first), count: Number(count) }))
  return [{ first: uid, count: 1 }, ...ranges.filter(({ first, count }) => first > 0 && count > 0)]
}
