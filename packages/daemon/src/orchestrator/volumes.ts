import { dirname } from 'node:path'
import { apiError, type BoundVolume, type Volume } from '@aptorch/shared'
import type { Home } from '../home.ts'
import { type Account, isRoot } from '../host/account.ts'
import { accountCan } from '../host/accounts.ts'
import { giveTo } from '../host/mounts/give.ts'
import type { VolumeHub } from '../host/mounts/hub.ts'
import { type HostPlace, openPlace } from '../host/mounts/place.ts'
import { type PlaceRules, plainPath, whyDenied } from '../host/paths.ts'

export interface VolumesDeps {
  readonly home: Home
  /** Undefined where the daemon can't mount: then Apptainer binds, by path. */
  readonly hub: VolumeHub | undefined
  /** What the configuration allows and denies. */
  readonly rules: PlaceRules
}

type Refuse = (want: string) => Error

/** Volumes on the host's side: what may be bound, and that just this is. */
export class Volumes {
  readonly #deps: VolumesDeps

  constructor(deps: VolumesDeps) {
    this.#deps = deps
  }

  /**
   * Checks the host's side of a volume: a folder or file that is there, that the container's account can reach, and that is
   * none of the host's own or the orchestrator's, nor above one. Links are resolved first, so the comparison is of what
   * would be bound. What is to be given to the account only has to lie where the account gets to. Returns the volume with its
   * paths in plain form; throws an ApiError that names the field.
   */
  async check(volume: Volume, field: string, account: Account): Promise<BoundVolume> {
    const refuse: Refuse = (want) => invalidVolume(`${field}: got "${volume.host_location}", want ${want}`)
    await using place = await this.#open(volume.host_location, refuse)
    if (volume.chown && !isRoot()) throw refuse('no chown: only a daemon that is root can give folders away')
    const wanted = volume.chown ? reachable(place) : usable(place)
    if (!(await accountCan(account, wanted.test, wanted.path))) {
      throw refuse(
        `a ${place.kind} that the account ${account.name}, which runs the containers, can ${wanted.what} (check its mode and those of the folders above)`,
      )
    }
    return {
      host_location: place.path,
      container_location: plainPath(volume.container_location),
      read_only: volume.read_only ?? false,
    }
  }

  /** Gives what was checked to the account, with all that is in it. Throws an ApiError; of a folder, part can be given then. */
  async give(volume: BoundVolume, account: Account): Promise<void> {
    await using place = await this.open(volume)
    try {
      await giveTo(place, account)
    } catch (error) {
      const message = `${volume.host_location} can't be given to ${account.name}: ${(error as Error).message}`
      throw apiError('invalid_volume', `chown: ${message}`, error)
    }
  }

  /** Looks again at volumes that were checked before. Throws an ApiError that names the volume. */
  async recheck(volumes: readonly BoundVolume[]): Promise<void> {
    for (const volume of volumes) await (await this.open(volume)).close()
  }

  /**
   * Opens a volume that was checked before: since then a folder can have gone, or a link have come into its place (a
   * container that may write in the folder above can do that). Throws an ApiError that names the volume.
   */
  async open({ host_location: known, container_location: inside }: BoundVolume): Promise<HostPlace> {
    const refuse: Refuse = (want) => invalidVolume(`the volume at ${inside}: got "${known}", want ${want}`)
    const place = await this.#open(known, refuse)
    if (place.path === known) return place
    await place.close()
    throw refuse(`what it was; it is a link to ${place.path} now`)
  }

  /** Makes volumes ready for a start. They are bound from where they are then; `remove` ends that and leaves what is bound. */
  async stage(container: string, volumes: readonly BoundVolume[]): Promise<StagedVolumes> {
    const { hub } = this.#deps
    if (!hub) {
      await this.recheck(volumes)
      return { volumes, remove: async () => undefined }
    }
    const staged: { volume: BoundVolume; remove: () => Promise<void> }[] = []
    const remove = async () => {
      for (const each of staged.splice(0)) await each.remove()
    }
    try {
      for (const volume of volumes) {
        await using place = await this.open(volume)
        const made = await hub.stage(container, place, volume.read_only)
        staged.push({ volume: { ...volume, host_location: made.path }, remove: () => made.remove() })
      }
    } catch (error) {
      await remove()
      throw error
    }
    return { volumes: staged.map(({ volume }) => volume), remove }
  }

  async #open(path: string, refuse: Refuse): Promise<HostPlace> {
    const place = await openOrSayWhy(path, refuse)
    try {
      const denied = await whyDenied(place.path, this.#deps.home.root, this.#deps.rules)
      if (denied) throw refuse(denied)
      return place
    } catch (error) {
      await place.close()
      throw error
    }
  }
}

export interface StagedVolumes {
  readonly volumes: readonly BoundVolume[]
  remove(): Promise<void>
}

/** Refuses two volumes at one place in a container. */
export const checkDistinct = (volumes: readonly BoundVolume[], field: string): void => {
  const places = volumes.map((volume) => volume.container_location)
  const twice = places.find((place, index) => places.indexOf(place) !== index)
  if (twice)
    throw apiError('bind_exists', `${field}: "${twice}" is bound twice; each place in the container takes one volume`)
}

const invalidVolume = (message: string) => apiError('invalid_volume', message)

const usable = ({ kind, path }: HostPlace) =>
  kind === 'folder' ? { test: 'x' as const, path, what: 'enter' } : { test: 'r' as const, path, what: 'read' }

const reachable = ({ path }: HostPlace) => ({ test: 'x' as const, path: dirname(path), what: 'reach' })

// Why a path can't be opened, by the caller's own mistake or since its disk or server is gone, and what it should be.
const unusable: Readonly<Record<string, string>> = {
  ENOENT: 'a folder or file that is there; make it first',
  ENOTDIR: 'a folder or file that is there; make it first',
  EACCES: 'a folder or file that can be reached',
  ELOOP: 'a folder or file that can be reached',
  ENAMETOOLONG: 'a path of names of at most 255 bytes',
  EIO: 'a folder or file that can be read: its disk says EIO',
  ESTALE: 'a folder or file that can be read: its server says ESTALE',
  ENOTCONN: 'a folder or file that can be read: its server is gone (ENOTCONN)',
}

const openOrSayWhy = async (path: string, refuse: Refuse): Promise<HostPlace> => {
  let place: HostPlace | undefined
  try {
    place = await openPlace(path)
  } catch (error) {
    const wanted = unusable[(error as NodeJS.ErrnoException).code ?? '']
    throw wanted === undefined ? error : refuse(wanted)
  }
  if (place) return place
  throw refuse('a folder or a regular file')
}
