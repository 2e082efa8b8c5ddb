import { createHash } from 'node:crypto'
import { constants, type Stats } from 'node:fs'
import { open, readdir, realpath, stat } from 'node:fs/promises'
import { apiError } from '@aptorch/shared'
import type { Account } from '../host/account.ts'
import { accountCan } from '../host/accounts.ts'
import { whyDenied } from '../host/paths.ts'
import { runToolAs } from '../host/tool.ts'

/** What lies at the path of an image that is made from a file or folder of the host. */
export interface LocalImage {
  readonly address: string
  /** Links resolved. */
  readonly path: string
  readonly stats: Stats
  readonly kind: 'archive' | 'sandbox' | 'file'
}

/**
 * Looks at an image's path. Throws an ApiError that names the field `image` when there is nothing, nothing of the kind, or
 * something that no container may have.
 */
export const findLocal = async (
  address: string,
  named: string,
  distributor: string,
  homeRoot: string,
): Promise<LocalImage> => {
  const { path, stats } = await look(address, named)
  const denied = await whyDenied(path, homeRoot)
  if (denied) throw invalid(address, denied)
  const kind = distributor !== 'file' ? 'archive' : stats.isDirectory() ? 'sandbox' : 'file'
  if (kind === 'sandbox' && !(await looksLikeRoot(path))) {
    throw invalid(address, 'a sandbox: a folder with a root file system in it (bin, usr or .singularity.d)')
  }
  return { address, path, stats, kind }
}

/** Changes with the content. */
export const fingerprint = async ({ path, stats, kind }: LocalImage, account: Account): Promise<string> => {
  if (kind === 'sandbox') return sandboxFingerprint(path, account)
  return [stats.dev, stats.ino, stats.size, stats.mtimeMs, stats.ctimeMs].join(' ')
}

/**
 * Makes sure that an image can be made from it. It is read as the container's account, never as root: what that account
 * can't read is refused by name, since Apptainer would only say "unexpected EOF".
 */
export const checkReadable = async (image: LocalImage, account: Account): Promise<void> => {
  const { address, path, stats, kind } = image
  if (!(await accountCan(account, 'r', path))) throw unreadable(path, account)
  if (kind === 'sandbox') await checkSandbox(path, account)
  if (kind === 'file' && !(stats.isFile() && (await isSifOrDefinition(path)))) {
    throw invalid(address, 'a SIF, a sandbox folder or a definition file (which has a line "Bootstrap: …")')
  }
}

const look = async (address: string, named: string) => {
  try {
    const path = await realpath(named)
    return { path, stats: await stat(path) }
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'ELOOP'].includes((error as NodeJS.ErrnoException).code ?? '')) {
      throw apiError(
        'image_not_found',
        `image: got "${address}", but there is nothing at ${named} on the daemon's host`,
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
  const listing = await runToolAs(account, 'find', path, '-printf', '%P %y %m %s %T@ %C@\\n')
  return createHash('sha256').update(listing.stdout.split('\n').sort().join('\n')).digest('hex')
}

/** Finds what would stop Apptainer half-way: a file that the account can't read, or a device. */
const checkSandbox = async (path: string, account: Account): Promise<void> => {
  const device = ['-type', 'b', '-o', '-type', 'c']
  const unreadableFile = ['!', '-type', 'l', '!', '-readable']
  const closedFolder = ['-type', 'd', '!', '-executable']
  const obstacle = ['(', ...device, '-o', ...unreadableFile, '-o', ...closedFolder, ')'] as const
  const { ok, stdout, stderr } = await runToolAs(account, 'find', path, ...obstacle, '-print', '-quit')
  const [first] = stdout.split('\n')
  if (first) throw unreadable(first, account)
  if (!ok)
    throw apiError('invalid_image', `image: ${path} can't be read as ${account.name}: ${stderr.trim().slice(0, 500)}`)
}

/** Nobody may read it as far as the daemon can tell: then the check of readability says so. */
const looksLikeRoot = async (path: string) => {
  const entries = await readdir(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'EACCES') return ['usr']
    throw error
  })
  return ['bin', 'usr', '.singularity.d'].some((name) => entries.includes(name))
}

const unreadable = (path: string, account: Account) =>
  apiError(
    'invalid_image',
    `image: ${path} can't be read as the account ${account.name}, which runs the containers (or it is a device); make it readable or leave it out`,
  )

const invalid = (address: string, want: string) => apiError('invalid_image', `image: got "${address}", want ${want}`)
