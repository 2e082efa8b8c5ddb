import { type AnswerOf, ApiError, apiError, type BoundVolume, isReserved } from '@aptorch/shared'
import { type ContainerMounts, openContainerMounts } from '../host/mounts/container.ts'
import { BusyError, NoPointError, NotVisibleError } from '../host/mounts/errors.ts'
import type { Staged, VolumeHub } from '../host/mounts/hub.ts'
import { fileSystemPlaceOf, type HostPlace } from '../host/mounts/place.ts'
import { type BoundPlace, unbindVolume } from '../host/mounts/unbind-volume.ts'
import type { ContainerRecord } from '../store/record.ts'
import type { Confinement } from './confinement.ts'
import { isActive } from './view.ts'
import type { Volumes } from './volumes.ts'

type Applied = AnswerOf<'createvolume'>['applied']

/** Volumes of containers that run. Where nothing can be changed now, it holds from the next restart on. */
export class LiveVolumes {
  readonly #hub: VolumeHub | undefined
  readonly #volumes: Volumes
  readonly #confinement: Confinement

  constructor({
    hub,
    volumes,
    confinement,
  }: {
    hub: VolumeHub | undefined
    volumes: Volumes
    confinement: Confinement
  }) {
    this.#hub = hub
    this.#volumes = volumes
    this.#confinement = confinement
  }

  /** Volumes of a paused container wait: what is missing for them is made by the container itself. */
  refusePaused({ name, state }: ContainerRecord): void {
    if (state === 'paused') throw apiError('container_paused', `${name} is paused; resume it first`)
  }

  /**
   * Binds a volume that was checked, after `first` is done. Rejects with an ApiError, and then nothing is bound; when that is
   * the request's mistake, `first` isn't done either.
   */
  async bind(record: ContainerRecord, volume: BoundVolume, first: () => Promise<void>): Promise<Applied> {
    const { name } = record
    const process = reachable(record)
    if (!process || !this.#hub) {
      await first()
      return 'on_restart'
    }
    await using place = await this.#volumes.open(volume)
    try {
      await using inside = await openContainerMounts(process, this.#confinement.procsFiles(name))
      await refuseMisfit(inside, place.kind, record, volume)
      await first()
      const staging = this.#hub.stage(name, place, volume.read_only)
      const making = inside.makePoint(place.kind, volume.container_location)
      await bindStaged(inside, volume, await Promise.allSettled([staging, making]))
      return 'live'
    } catch (error) {
      if (error instanceof NotVisibleError) return 'on_restart' // it was started before this daemon could do that
      if (error instanceof NoPointError) throw apiError('invalid_volume', `container_location: ${error.message}`, error)
      throw error instanceof ApiError ? error : volumeFailed(record, volume, error)
    }
  }

  /** Takes a volume away; while it is in use only with force. "Already gone" is success. */
  async unbind(record: ContainerRecord, volume: BoundVolume, force: boolean): Promise<Applied> {
    this.refusePaused(record)
    const process = reachable(record)
    if (!process || !this.#hub) return 'on_restart'
    const others = record.spec.volumes.filter((other) => other !== volume)
    try {
      await using inside = await openContainerMounts(process, this.#confinement.procsFiles(record.name))
      const rest = await Promise.all(others.map((other) => this.#boundPlace(inside, other)))
      await unbindVolume(inside, await this.#boundPlace(inside, volume), rest, force)
      return 'live'
    } catch (error) {
      if (!(error instanceof BusyError)) throw volumeFailed(record, volume, error)
      throw apiError(
        'volume_busy',
        `"${volume.container_location}" of ${record.name} is in use (${error.message}); end what uses it, or say force`,
        error,
      )
    }
  }

  async #boundPlace(inside: ContainerMounts, volume: BoundVolume): Promise<BoundPlace> {
    const { point } = await inside.look(volume.container_location)
    await using host = await this.#volumes.open(volume).catch(() => undefined) // it is gone, or something else now
    return { point, place: host && (await fileSystemPlaceOf(host)) }
  }
}

const reachable = (record: ContainerRecord) => (isActive(record) ? record.process : null)

/** What is at the point already has to fit, and a link of the image or the container must not lead where no volume may be. */
const refuseMisfit = async (
  inside: ContainerMounts,
  kind: HostPlace['kind'],
  { name }: ContainerRecord,
  { host_location, container_location: asked }: BoundVolume,
) => {
  const { point, kind: found } = await inside.look(asked)
  const where = `container_location: "${asked}" of ${name}`
  if (isReserved(point)) throw apiError('invalid_volume', `${where} leads to ${point}, which no volume may take`)
  if (found === undefined || found === kind) return
  throw apiError('invalid_volume', `${where} is a ${found} there, and ${host_location} is a ${kind}`)
}

/** What is staged goes again, whether it has been bound or not. */
const bindStaged = async (
  inside: ContainerMounts,
  { container_location }: BoundVolume,
  [staged, made]: [PromiseSettledResult<Staged>, PromiseSettledResult<void>],
) => {
  if (staged.status === 'rejected') throw staged.reason
  try {
    if (made.status === 'rejected') throw made.reason
    await inside.bind(staged.value, container_location)
  } finally {
    await staged.value.remove()
  }
}

const volumeFailed = ({ name }: ContainerRecord, { container_location }: BoundVolume, error: unknown) =>
  apiError('volume_failed', `the volume at "${container_location}" of ${name}: ${(error as Error).message}`, error)
