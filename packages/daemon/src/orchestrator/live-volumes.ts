import { type AnswerOf, apiError, type BoundVolume } from '@aptorch/shared'
import { type ContainerMounts, openContainerMounts, unbindVolume } from '../host/mounts/container.ts'
import { BusyError, NotVisibleError } from '../host/mounts/errors.ts'
import type { Staged, VolumeHub } from '../host/mounts/hub.ts'
import { fileSystemPlaceOf } from '../host/mounts/place.ts'
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

  /** Binds a volume that was checked. Rejects with an ApiError, and then nothing is bound. */
  async bind(record: ContainerRecord, volume: BoundVolume): Promise<Applied> {
    const { name } = record
    const process = this.#reachable(record)
    if (!process || !this.#hub) return 'on_restart'
    await using place = await this.#volumes.open(volume)
    try {
      await using inside = await openContainerMounts(process, this.#confinement.procsFiles(name))
      const staging = this.#hub.stage(name, place, volume.read_only)
      const making = inside.makePoint(place.kind, volume.container_location)
      await bindStaged(inside, volume, await Promise.allSettled([staging, making]))
      return 'live'
    } catch (error) {
      if (error instanceof NotVisibleError) return 'on_restart' // it was started before this daemon could do that
      throw volumeFailed(record, volume, error)
    }
  }

  /** Takes a volume away; while it is in use only with force. "Already gone" is success. */
  async unbind(record: ContainerRecord, volume: BoundVolume, force: boolean): Promise<Applied> {
    const process = this.#reachable(record)
    if (!process || !this.#hub) return 'on_restart'
    // When the host's side is not what it was any more, only where it was bound tells which it is.
    await using place = await this.#volumes.open(volume).catch(() => undefined)
    await using inside = await openContainerMounts(process, this.#confinement.procsFiles(record.name))
    const point = await inside.resolve(volume.container_location)
    const others: string[] = []
    for (const other of record.spec.volumes) {
      if (other !== volume) others.push(await inside.resolve(other.container_location))
    }
    try {
      if (place) await unbindVolume(inside, await fileSystemPlaceOf(place), point, others, force)
      else await inside.unbind(point, force)
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

  #reachable(record: ContainerRecord) {
    if (!isActive(record) || !record.process) return undefined
    if (record.state !== 'paused') return record.process
    throw apiError('container_paused', `${record.name} is paused; resume it first`)
  }
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
