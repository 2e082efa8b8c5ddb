import { createHash } from 'node:crypto'
import { constants, type Stats } from 'node:fs'
import { lstat, open, stat } from 'node:fs/promises'
import { apiError } from '@aptorch/shared'
import { execa } from 'execa'
import { type Account, accountCan, spawnAs } from '../host/account.ts'
import type { ImageSource } from './source.ts'

/** What there is at an image's path now: the kind, and a fingerprint that changes with the content. */
export interface LocalImage {
  readonly kind: 'sif' | 'sandbox' | 'definition' | 'archive'
  readonly fingerprint: string
}

/**
 * Looks at the file or folder that an image is made from. It is read as the container's account, never as root: what that
 * account can't read is refused by name, since Apptainer would only say "unexpected EOF".
 * Throws an ApiError that names the field `image`.
 */
export const inspectLocal = async (source: ImageSource & { path: string }, account: Account): Promise<LocalImage> => {
  const found = await look(source)
  if (!(await accountCan(account, 'r', source.path))) throw unreadable(source.path, account)
  if (source.distributor !== 'file') return { kind: 'archive', fingerprint: fileFingerprint(found) }
  if (found.isDirectory()) return { kind: 'sandbox', fingerprint: await sandboxFingerprint(source.path, account) }
  if (!found.isFile()) throw invalid(source, 'a SIF, a sandbox or a definition file')
  return { kind: await fileKind(source), fingerprint: fileFingerprint(found) }
}

const look = async (source: ImageSource & { path: string }): Promise<Stats> => {
  try {
    return await stat(source.path)
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'ELOOP'].includes((error as NodeJS.ErrnoException).code ?? '')) {
      throw apiError(
        'image_not_found',
        `image: got "${source.address}", but there is nothing at ${source.path} on the daemon's host`,
        error,
      )
    }
    throw error
  }
}

const fileFingerprint = ({ dev, ino, size, mtimeMs, ctimeMs }: Stats) => [dev, ino, size, mtimeMs, ctimeMs].join(' ')

const headerLength = 4096

const fileKind = async (source: ImageSource & { path: string }) => {
  await using file = await open(source.path, constants.O_RDONLY | constants.O_NONBLOCK)
  const { buffer, bytesRead } = await file.read(Buffer.alloc(headerLength), 0, headerLength, 0)
  const header = buffer.subarray(0, bytesRead)
  // SIF: a launch line of 32 bytes, then the magic (github.com/apptainer/sif, sif.go)
  if (header.toString('latin1', 32, 41) === 'SIF_MAGIC') return 'sif'
  if (/^\s*bootstrap\s*:/im.test(header.toString('utf8'))) return 'definition'
  throw invalid(source, 'a SIF, a sandbox folder or a definition file (which has a line "Bootstrap: …")')
}

/** Also finds what would stop Apptainer half-way: a file that the account can't read, or a device. */
const sandboxFingerprint = async (path: string, account: Account): Promise<string> => {
  if (await isRootOf(path))
    throw apiError('invalid_image', `image: got "${path}", want a sandbox folder, not the host's own root`)
  const obstacle = await find(account, [
    path,
    '(',
    '-type',
    'b',
    '-o',
    '-type',
    'c',
    '-o',
    '!',
    '-type',
    'l',
    '!',
    '-readable',
    '-o',
    '-type',
    'd',
    '!',
    '-executable',
    ')',
    '-print',
    '-quit',
  ])
  const [first] = obstacle.stdout.split('\n')
  if (first) throw unreadable(first, account)
  if (!obstacle.ok)
    throw apiError(
      'invalid_image',
      `image: ${path} can't be read as ${account.name}: ${obstacle.stderr.trim().slice(0, 500)}`,
    )
  const listing = await find(account, [path, '-printf', '%P %y %m %s %T@ %C@\\n'])
  return createHash('sha256').update(listing.stdout.split('\n').sort().join('\n')).digest('hex')
}

const find = async (account: Account, args: readonly string[]) => {
  const { stdout, stderr, exitCode } = await execa('find', args, {
    ...spawnAs(account),
    cwd: '/',
    reject: false,
    stdin: 'ignore',
    maxBuffer: 512 * 1024 * 1024,
  })
  return { ok: exitCode === 0, stdout, stderr }
}

const isRootOf = async (path: string) => {
  const [here, root] = await Promise.all([lstat(path), lstat('/')])
  return here.dev === root.dev && here.ino === root.ino
}

const unreadable = (path: string, account: Account) =>
  apiError(
    'invalid_image',
    `image: ${path} can't be read as the account ${account.name}, which runs the containers (or it is a device); make it readable or leave it out`,
  )

const invalid = (source: ImageSource, want: string) =>
  apiError('invalid_image', `image: got "${source.address}", want ${want}`)
