import { lstat, stat } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { ApiError, type ResponseOf } from '@aptorch/shared'
import type { Connection } from '../connection/connection.ts'
import { pack } from '../copy/pack.ts'
import { unpack } from '../copy/unpack.ts'
import { AbsentError, UsageError } from '../errors.ts'
import type { CopySide, Place } from '../values/copy.ts'
import { behindLink, type CopyPlan, type Found, planCopy } from '../values/copy-plan.ts'
import { flow, type World } from '../world.ts'
import { rows } from './rows.ts'

export interface CopyOptions {
  readonly follow: boolean
  readonly keepOwners: boolean
  /** Then the target has to be a folder. */
  readonly several: boolean
}

type Side<Kind> = Extract<CopySide, { kind: Kind }>

/** Copies one source. Of the two one is in a container. */
export const copy = (
  source: CopySide,
  target: CopySide,
  options: CopyOptions,
  connection: Connection,
  world: World,
): Promise<void> => {
  if (source.kind === 'container') {
    if (target.kind === 'local') return copyOut(source, target, options, connection, world)
    return printArchive(source, options, connection, world)
  }
  const into = target as Side<'container'>
  if (source.kind === 'local') return copyIn(source, into, options, connection, world)
  return readArchive(into, connection, world)
}

const copyOut = async (
  source: Side<'container'>,
  target: Side<'local'>,
  options: CopyOptions,
  connection: Connection,
  world: World,
) => {
  const follow = follows(source, options)
  const found = await look(source, follow, connection)
  if (found === 'missing') throw new AbsentError(`"${source.path}" is not there in ${source.name}`)
  const plan = planFor({ ...source, found }, { ...target, found: await lookHere(target.path, true) }, options)
  const chunks = await connection.download(rows.readarchive, archiveOf(source, follow))
  const root = source.path === '/' ? null : lastPart(source.path)
  await unpack(Readable.from(chunks, { objectMode: false }), { folder: plan.folder, root, name: plan.name }, world)
}

const copyIn = async (
  source: Side<'local'>,
  target: Side<'container'>,
  options: CopyOptions,
  connection: Connection,
  world: World,
) => {
  const follow = follows(source, options)
  const found = await lookHere(source.path, follow)
  const { path, found: there } = await resolved(target, connection)
  const plan = planFor({ ...source, found }, { ...target, path, found: there }, options)
  const order = {
    path: source.path,
    isFolder: found === 'folder',
    name: plan.name,
    keepOwners: options.keepOwners,
    follow,
  }
  const archive = pack(order, world)
  try {
    await connection.upload(rows.writearchive, { container_name: target.name, path: plan.folder }, archive)
  } finally {
    archive.destroy()
  }
}

const printArchive = async (
  source: Side<'container'>,
  options: CopyOptions,
  connection: Connection,
  { stdout }: World,
) => {
  if (stdout.isTerminal)
    throw new UsageError('a tar archive is nothing for a terminal: send it to a file, with > FILE', 'cp')
  const chunks = await connection.download(rows.readarchive, archiveOf(source, follows(source, options)))
  for await (const chunk of chunks) await flow(stdout, chunk)
}

const readArchive = async ({ name, path }: Side<'container'>, connection: Connection, { stdin }: World) => {
  const input = stdin()
  if (input.terminal) throw new UsageError('a tar archive is wanted on standard input, with < FILE', 'cp')
  await connection.upload(rows.writearchive, { container_name: name, path }, input.chunks).finally(input.close)
}

/** With "/" at its end a link means what it leads to. */
const follows = ({ ending }: Place, { follow }: CopyOptions) => follow || ending !== ''

const archiveOf = ({ name, path }: Side<'container'>, follow: boolean) => ({
  container_name: name,
  path,
  ...(follow ? { follow_link: true } : {}),
})

const planFor = (
  source: Place & { found: Found },
  target: Place & { found: Found },
  { several }: CopyOptions,
): CopyPlan => {
  if (several && target.found !== 'folder')
    throw new Error(`"${target.path}" is not a folder, and several are to go there`)
  return planCopy(source, target)
}

const lookHere = async (path: string, follow: boolean): Promise<Found> => {
  try {
    const found = await (follow ? stat : lstat)(path)
    if (found.isDirectory()) return 'folder'
    if (found.isSymbolicLink()) return 'link'
    return found.isFile() ? 'file' : 'other'
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 'missing'
    throw error
  }
}

const look = async ({ name, path }: Side<'container'>, follow: boolean, connection: Connection): Promise<Found> => {
  const found = await ask(name, path, connection)
  if (found?.type === 'link' && follow) return found.target_type ?? 'missing'
  return found?.type ?? 'missing'
}

const mostLinks = 40 // the kernel's limit, too

/** Where a path of a container leads in the end, links followed: a target that is a link is what it leads to. */
const resolved = async ({ name, path }: Side<'container'>, connection: Connection) => {
  let place = path
  for (let links = 0; links <= mostLinks; links++) {
    const found = await ask(name, place, connection)
    if (found?.type !== 'link') return { path: place, found: found?.type ?? 'missing' } as const
    place = behindLink(place, found.link_target ?? '')
  }
  throw new Error(`"${path}" leads through more than ${mostLinks} links`)
}

/** Undefined when nothing is there. */
const ask = async (name: string, path: string, connection: Connection): Promise<ResponseOf<'stat'> | undefined> => {
  try {
    return (await connection.call(rows.stat, { container_name: name, path })).body as ResponseOf<'stat'>
  } catch (error) {
    if (error instanceof ApiError && error.code === 'path_not_found') return undefined
    throw error
  }
}

const lastPart = (path: string) => path.slice(path.lastIndexOf('/') + 1)
