import { realpath } from 'node:fs/promises'

const hostsOwn = ['/proc', '/sys', '/dev', '/run', '/var/run']

/** A path without doubled or trailing slashes, so that two spellings of one place compare equal. */
export const plainPath = (path: string): string => path.replace(/\/+/g, '/').replace(/(?<=.)\/$/, '')

/** Whether a path, as it stands or with its links resolved, is that path. */
export const isSamePath = async (path: string, resolved: string): Promise<boolean> =>
  plainPath(path) === resolved || (await realpath(path).catch(() => undefined)) === resolved

/** Whether a path is a folder or lies in it, by whole components. */
export const isWithin = (path: string, folder: string): boolean =>
  path === folder || path.startsWith(folder === '/' ? '/' : `${folder}/`)

/**
 * What a host path has to be instead, when a container must not get at it: the host's own folders, the orchestrator's, and
 * whatever holds one of those. Undefined when it may. The path must be resolved: a link could lead anywhere.
 */
export const whyDenied = async (resolved: string, homeRoot: string): Promise<string | undefined> => {
  const home = await realpath(homeRoot)
  if (isWithin(resolved, home)) return "a path outside the orchestrator's own folders"
  if (isWithin(home, resolved)) return "a path that does not hold the orchestrator's own folders"
  const own = hostsOwn.find((folder) => isWithin(resolved, folder) || isWithin(folder, resolved))
  return own === undefined ? undefined : `a path outside ${own}`
}
