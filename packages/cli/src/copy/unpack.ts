import { mkdir, mkdtemp, opendir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { World } from '../world.ts'
import { merge } from './merge.ts'
import { runTar } from './tar.ts'

export interface UnpackOrder {
  /** A folder of this machine that is there. */
  readonly folder: string
  /** The archive's root entry; all else in it is passed by. Null for an archive of what is in a folder. */
  readonly root: string | null
  /** What is made of it in the folder; null for content that goes straight into it. */
  readonly name: string | null
}

/**
 * Unpacks an archive that a hostile container may have made. It goes into a new folder that only the caller can enter, where
 * no link is yet that could be written through; of those in the archive GNU tar makes the ones that lead elsewhere last, and
 * it takes no entry with "..". From there it is moved into place, without following a link.
 * Everything belongs to the caller, the umask applies, and no set-user-id bit survives.
 */
export const unpack = async (
  archive: Readable,
  { folder, root, name }: UnpackOrder,
  world: Pick<World, 'env' | 'signal' | 'uid'>,
): Promise<void> => {
  const passage = await mkdtemp(join(folder, '.aptorch-cp-')) // in the folder itself: a rename crosses no file system
  try {
    const unpacked = join(passage, 'archive')
    await mkdir(unpacked)
    await runUnpack(archive, unpackArguments(unpacked, root), world)
    if (world.uid === 0) await refuseDevices(unpacked)
    await merge(root === null ? unpacked : join(unpacked, root), name === null ? folder : join(folder, name))
  } finally {
    await rm(passage, { recursive: true, force: true })
  }
}

export const unpackArguments = (folder: string, root: string | null): string[] => [
  ...['--extract', '--file=-', '--no-same-owner', '--no-same-permissions', '--no-unquote', '--warning=no-timestamp'],
  ...['--warning=no-unknown-keyword', `--directory=${folder}`],
  ...(root === null ? [] : ['--', root]),
]

const runUnpack = async (archive: Readable, args: readonly string[], world: Pick<World, 'env' | 'signal' | 'uid'>) => {
  const { child, done } = runTar(args, { world, stdio: ['pipe', 'ignore'], tolerated: 0 })
  const fed = pipeline(archive, child.stdin as NodeJS.WritableStream)
  fed.catch(() => child.stdin?.destroy())
  const [feeding, ending] = await Promise.allSettled([fed, done])
  const [broken, failure] = [feeding, ending].map((result) =>
    result.status === 'rejected' ? result.reason : undefined,
  )
  // An archive that broke off tells more than tar. A pipe that tar has closed does not: it may have all it needs, and not read
  // the padding at the archive's end.
  const isOnlyClosed = ['EPIPE', 'ERR_STREAM_PREMATURE_CLOSE'].includes(broken?.code)
  if (broken && !isOnlyClosed) throw broken
  if (failure) throw failure
}

/** Root can make them, and a container must not choose who gets at a disk. */
const refuseDevices = async (folder: string) => {
  for await (const entry of await opendir(folder, { recursive: true })) {
    if (entry.isBlockDevice() || entry.isCharacterDevice()) {
      throw new Error(`"${entry.name}" in what is copied is a device: nothing is copied`)
    }
  }
}
