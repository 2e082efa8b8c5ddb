import { realpath, stat } from 'node:fs/promises'
import { apiError, type BoundVolume, type Volume } from '@aptorch/shared'
import type { Home } from '../home.ts'
import type { Account } from '../host/account.ts'
import { accountCan } from '../host/accounts.ts'
import { plainPath, whyDenied } from '../host/paths.ts'

/**
 * Checks the host's side of a volume: a folder that is there, that the container's account can reach, and that is none of
 * the host's own or the orchestrator's, nor above one. Links are resolved first, so the comparison is of what would be
 * bound. Returns the volume with its paths in plain form; throws an ApiError that names the field.
 */
export const checkVolume = async (
  volume: Volume,
  field: string,
  home: Home,
  account: Account,
): Promise<BoundVolume> => {
  const { host_location: asked } = volume
  const refuse = (want: string) => apiError('invalid_volume', `${field}: got "${asked}", want ${want}`)
  const real = await resolve(asked, refuse)
  const denied = await whyDenied(real, home.root)
  if (denied) throw refuse(denied)
  if (!(await stat(real)).isDirectory()) throw refuse('a folder, not a file')
  if (!(await accountCan(account, 'x', real))) {
    throw refuse(
      `a folder that the account ${account.name}, which runs the containers, can enter (check its mode and those of the folders above)`,
    )
  }
  return {
    host_location: real,
    container_location: plainPath(volume.container_location),
    read_only: volume.read_only ?? false,
  }
}

/**
 * Looks again at volumes that were checked before: since then a folder can have gone, or a link have come into its place (a
 * container that may write in the folder above can do that). Throws an ApiError that names the volume.
 */
export const recheckVolumes = async (volumes: readonly BoundVolume[], home: Home): Promise<void> => {
  for (const { host_location: known, container_location: place } of volumes) {
    const refuse = (want: string) => apiError('invalid_volume', `the volume at ${place}: got "${known}", want ${want}`)
    const real = await resolve(known, refuse)
    if (real !== known) throw refuse(`the folder that it was; it is a link to ${real} now`)
    const denied = await whyDenied(real, home.root)
    if (denied) throw refuse(denied)
  }
}

/** Refuses two volumes at one place in a container. */
export const checkDistinct = (volumes: readonly BoundVolume[], field: string): void => {
  const places = volumes.map((volume) => volume.container_location)
  const twice = places.find((place, index) => places.indexOf(place) !== index)
  if (twice)
    throw apiError('bind_exists', `${field}: "${twice}" is bound twice; each place in the container takes one volume`)
}

const resolve = async (path: string, refuse: (want: string) => Error): Promise<string> => {
  try {
    return await realpath(path)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') throw refuse('a folder that is there; make it first')
    if (code === 'EACCES' || code === 'ELOOP') throw refuse('a folder that can be reached')
    throw error
  }
}
