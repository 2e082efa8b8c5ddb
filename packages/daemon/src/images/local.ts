import { createHash } from 'node:crypto'
import { constants, type Stats } from 'node:fs'
import { lstat, open, stat } from 'node:fs/promises'
import { apiError } from '@aptorch/shared'
import { execa } from 'execa'
import { type Account, accountCan, spawnAs } from '../host/account.ts'
import type { ImageSource } from './source.ts'

/** An image that is made from a file or folder of the host. */
export type LocalSource = ImageSource & { readonly path: string }

/**
 * A fingerprint of what lies at the path now, which changes with the content.
 * Throws an ApiError that names the field `image` when there is nothing, or nothing of the kind.
 */
export const fingerprint = async (source: LocalSource, account: Account): Promise<string> => {
  const found = await look(source)
  if (found.isDirectory() && source.distributor === 'file') return sandboxFingerprint(source.path, account)
  return [found.dev, found.ino, found.size, found.mtimeMs, found.ctimeMs].join(' ')
}

/**
 * Makes sure that an image can be made from it. It is read as the container's account, never as root: what that account
 * can't read is refused by name, since Apptainer would only say "unexpected EOF".
 * Throws an ApiError that names the field `image`.
 */
export const checkReadable = async (source: LocalSource, account: Account): Promise<void> => {
  const found = await look(source)
  if (!(await accountCan(account, 'r', source.path))) throw unreadable(source.path, account)
  if (source.distributor !== 'file') return
  if (found.isDirectory()) await checkSandbox(source.path, account)
  else if (!found.isFile() || !(await isSifOrDefinition(source.path))) {
    throw invalid(source, 'a SIF, a sandbox folder or a definition file (which has a line "Bootstrap: …")')
  }
}

const look = async (source: LocalSource): Promise<Stats> => {
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

const headerLength = 4096

const isSifOrDefinition = async (path: string): Promise<boolean> => {
  await using file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK)
  const { buffer, bytesRead } = await file.read(Buffer.alloc(headerLength), 0, headerLength, 0)
  const header = buffer.subarray(0, bytesRead)
  // SIF: a launch line of 32 bytes, then the magic (github.com/apptainer/sif, sif.go)
  return header.toString('latin1', 32, 41) === 'SIF_MAGIC' || /^\s*bootstrap\s*:/im.test(header.toString('utf8'))
}

const sandboxFingerprint = async (path: string, account: Account): Promise<string> => {
  const listing = await find(account, [path, '-printf', '%P %y %m %s %T@ %C@\\n'])
  return createHash('sha256').update(listing.stdout.split('\n').sort().join('\n')).digest('hex')
}

/** Finds what would stop Apptainer half-way: a file that the account can't read, or a device. */
const checkSandbox = async (path: string, account: Account): Promise<void> => {
  if (await isRootOf(path))
    throw apiError('invalid_image', `image: got "${path}", want a sandbox folder, not the host's own root`)
  const device = ['-type', 'b', '-o', '-type', 'c']
  const unreadableFile = ['!', '-type', 'l', '!', '-readable']
  const closedFolder = ['-type', 'd', '!', '-executable']
  const { ok, stdout, stderr } = await find(account, [
    path,
    '(',
    ...device,
    '-o',
    ...unreadableFile,
    '-o',
    ...closedFolder,
    ')',
    '-print',
    '-quit',
  ])
  const [first] = stdout.split('\n')
  if (first) throw unreadable(first, account)
  if (!ok)
    throw apiError('invalid_image', `image: ${path} can't be read as ${account.name}: ${stderr.trim().slice(0, 500)}`)
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
