import { posix } from 'node:path'
import { Readable } from 'node:stream'
import type { World } from '../world.ts'
import { runTar } from './tar.ts'

export interface PackOrder {
  /** An absolute path of this machine. */
  readonly path: string
  readonly isFolder: boolean
  /** What the archive's only root entry is called; null for the content of a folder, without one. */
  readonly name: string | null
  /** Keeps the numeric owners; without, all belongs to root, as with docker. */
  readonly keepOwners: boolean
  /** Where the path itself is a link: packs what it leads to. */
  readonly follow: boolean
}

/** Packs what is at a path. The stream fails when that can't be read to its end; what is destroyed early ends tar. */
export const pack = (order: PackOrder, world: Pick<World, 'env' | 'signal'>): Readable => {
  const { child, done } = runTar(packArguments(order), { world, stdio: ['ignore', 'pipe'], tolerated: 1 })
  const archive = Readable.from(whole(child.stdout as Readable, done), { objectMode: false })
  archive.once('close', () => child.kill())
  return archive
}

/** With 1 tar says that something has changed while it was read. */
export const packArguments = ({ path, isFolder, name, keepOwners, follow }: PackOrder): string[] => [
  ...['--create', '--file=-', '--format=posix', '--pax-option=delete=atime,delete=ctime', '--sparse', '--no-unquote'],
  ...(keepOwners ? ['--numeric-owner'] : ['--numeric-owner', '--owner=0', '--group=0']),
  ...(follow && !isFolder ? ['--dereference'] : []), // of a folder it would follow all links in it, too
  ...rootEntry(path, isFolder, name),
]

/** A folder is packed from within, which its own name has no part in. */
const rootEntry = (path: string, isFolder: boolean, name: string | null) => {
  if (isFolder) return [...(name === null ? [] : [renaming('.', name)]), `--directory=${path}`, '--', '.']
  const base = posix.basename(path)
  return [
    ...(name === null || name === base ? [] : [renaming(base, name)]),
    `--directory=${posix.dirname(path)}`,
    '--',
    base,
  ]
}

/** Changes the beginning of entries' names and of hard links' targets; what symbolic links hold stays. */
const renaming = (from: string, to: string) => {
  const pattern = from.replace(/[\\.*[\]^$/]/g, '\\$&')
  const replacement = to.replace(/[\\&/\n]/g, '\\$&')
  return `--transform=flags=rhS;s/^${pattern}/${replacement}/`
}

const whole = async function* (source: Readable, done: Promise<void>) {
  yield* source as AsyncIterable<Buffer>
  await done
}
