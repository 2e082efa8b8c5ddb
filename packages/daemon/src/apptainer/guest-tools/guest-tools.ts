import { apiError } from '@aptorch/shared'
import { ownAccount } from '../../host/account.ts'
import { makeFolder } from '../../host/folders.ts'
import { searchPath } from '../../host/tool.ts'
import { toolsInside } from '../arguments.ts'
import { copyParts, removeUnused } from './copies.ts'
import { loaderName, partsOf } from './parts.ts'

/** Programs of the host that every container can run, each with the package that brings it to the host. */
const packages = { tar: 'tar', find: 'findutils', setsid: 'util-linux', setpriv: 'util-linux' } as const
const tools = Object.keys(packages) as GuestTool[]

export type GuestTool = keyof typeof packages

/** Images may lack such programs, or have them in a form of their own: these are the host's, with all that they need. */
export interface GuestTools {
  /** The folder on the host that containers see as `/.aptorch/tools`. */
  readonly folder: string
  /** The command that runs one in a container. Throws an ApiError that names what to install when the host has none. */
  command(name: GuestTool, ...args: readonly string[]): readonly string[]
}

/**
 * Copies those programs, their libraries and their dynamic loader into a folder in `folder`, unless that was done and the
 * host's have not changed since. A container keeps those that it was started with for as long as it runs.
 * They are for containers only, never to be run on the host: of a daemon that isn't root they belong to the very user that
 * is root in its containers.
 *
 * The host's are looked for in the folders of `path`, with ":" between them.
 */
export const openGuestTools = async (folder: string, path = searchPath): Promise<GuestTools> => {
  const { uid, gid } = ownAccount()
  await makeFolder(folder, { uid, gid, mode: 0o755 })
  const parts = await Promise.all(tools.map((name) => partsOf(name, path)))
  const copies = await copyParts(
    parts.flatMap((found) => found ?? []),
    folder,
  )
  await removeUnused(copies, folder)
  const found = new Set(tools.filter((_, index) => parts[index] !== undefined))
  return {
    folder: copies,
    command: (name, ...args) => {
      if (!found.has(name)) throw missing(name)
      // By its own loader, and told by an argument where its libraries are: a variable would reach what it starts as well.
      return [`${toolsInside}/${loaderName}`, '--library-path', toolsInside, `${toolsInside}/${name}`, ...args]
    },
  }
}

const missing = (name: GuestTool) =>
  apiError(
    'unsupported',
    `the host has no program "${name}", which is needed for this; install its package ${packages[name]} there and restart aptorchd`,
  )
