import { realpath } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

const hostsOwn = ['/proc', '/sys', '/dev', '/run', '/var/run']

/** A path without doubled or trailing slashes, so that two spellings of one place compare equal. */
export const plainPath = (path: string): string => path.replace(/\/+/g, '/').replace(/(?<=.)\/$/, '')

/** Whether a path, as it stands or with its links resolved, is that path. */
export const isSamePath = async (path: string, resolved: string): Promise<boolean> =>
  plainPath(path) === resolved || (await realpath(path).catch(() => undefined)) === resolved

/** Whether a path is a folder or lies in it, by whole components. */
export const isWithin = (path: string, folder: string): boolean =>
  path === folder || path.startsWith(folder === '/' ? '/' : `${folder}/`)

/** Resolves the links in the folders above a path, as mountinfo and the like show it; what is at the path is not looked at. */
export const resolveAbove = async (path: string): Promise<string> => join(await realpath(dirname(path)), basename(path))

/** What the configuration says of the host's folders: as it names them, each with all that is in it. */
export interface PlaceRules {
  /** Empty for everything. */
  readonly allowed: readonly string[]
  readonly denied: readonly string[]
}

/**
 * What a host path has to be instead, when a container must not get at it: the host's own folders, the orchestrator's, those
 * that the configuration denies, whatever holds one of those, and what is in none that it allows. Undefined when it may.
 * The path must be resolved: a link could lead anywhere.
 */
export const whyDenied = async (
  resolved: string,
  homeRoot: string,
  rules: PlaceRules = { allowed: [], denied: [] },
): Promise<string | undefined> => {
  const home = await realpath(homeRoot)
  if (isWithin(resolved, home)) return "a path outside the orchestrator's own folders"
  if (isWithin(home, resolved)) return "a path that does not hold the orchestrator's own folders"
  const own = hostsOwn.find((folder) => isWithin(resolved, folder) || isWithin(folder, resolved))
  if (own !== undefined) return `a path outside ${own}`
  for (const folder of await resolveAll(rules.denied)) {
    if (isWithin(resolved, folder)) return `a path outside ${folder}`
    if (isWithin(folder, resolved)) return `a path that does not hold ${folder}`
  }
  const allowed = await resolveAll(rules.allowed)
  if (allowed.length === 0 || allowed.some((folder) => isWithin(resolved, folder))) return undefined
  return `a path in ${allowed.join(' or ')}`
}

/** A folder that isn't there stands for itself: there may be one later. */
const resolveAll = (folders: readonly string[]) =>
  Promise.all(folders.map((folder) => realpath(folder).catch(() => plainPath(folder))))
