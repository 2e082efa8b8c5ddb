import type { ContainerMounts } from './container.ts'
import { BusyError } from './errors.ts'
import { type FileSystemPlace, type Mount, mountsIn, mountsWithin, pointsOf } from './mountinfo.ts'

/** A volume as a container has it. */
export interface BoundPlace {
  /** Its mount point in the container, links resolved. */
  readonly point: string
  /** What its host path leads to now; undefined when that is not what was bound any more. */
  readonly place: FileSystemPlace | undefined
}

/**
 * Takes a volume out of a container, wherever the container's root may have bound it, or a folder in it, once more. Rejects as
 * `ContainerMounts.unbind` does, and with a BusyError, forced or not, while another volume is mounted in this one. "Already
 * gone" is success.
 */
export const unbindVolume = async (
  mounts: ContainerMounts,
  volume: BoundPlace,
  others: readonly BoundPlace[],
  force: boolean,
): Promise<void> => {
  // With nothing to know it by, the volume is what was mounted there last.
  if (!volume.place && engineFiles.includes(volume.point)) return mounts.unbind(volume.point, force)
  const places = placesOf(await mounts.list(), volume)
  for (let round = 0; round < maxMounts; round++) {
    const all = await mounts.list()
    const targets = mountsToTake(all, volume.point, places, others)
    const next = targets.find((mount) => !mountsIn(all, mount).some((inner) => targets.includes(inner)))
    if (!next) return
    const inner = mountsIn(all, next)
    const other = inner.find((mount) => isAnother(mount, others))
    if (other) throw new BusyError(`another volume is mounted in it, at ${other.point}; take that away first`)
    if (!force && inner.length > 0) throw new BusyError(`${pointsOf(inner)} is mounted in it`)
    await mounts.unbind(next.point, force)
  }
  throw new Error(`${volume.point} is bound again as often as it is taken away; stop the container`)
}

/**
 * Where a volume lies on the host: its place, and what is at its point on the same file system, which is the volume under
 * another name when the host has renamed it.
 */
export const placesOf = (all: readonly Mount[], { point, place }: BoundPlace): readonly FileSystemPlace[] =>
  place ? [place, ...mountedAt(all, point).filter(({ device }) => device === place.device)] : []

/**
 * The mounts of a container that are of a volume: those of its places. What is at its point goes in any case, unless the
 * engine has mounted it. Spared is what is of another volume, at that one's own point: a point alone says nothing, since the
 * container's links lead there.
 */
export const mountsToTake = (
  all: readonly Mount[],
  point: string,
  places: readonly FileSystemPlace[],
  others: readonly BoundPlace[],
): readonly Mount[] => {
  const there = mountedAt(all, point)
  const found = places.flatMap((each) => mountsWithin(all, each))
  const taken = found.some((mount) => mount.point === point) ? found : [...found, ...there]
  return [...new Set(taken)].filter((mount) => mount.point !== '/' && !isAnother(mount, others))
}

const mountedAt = (all: readonly Mount[], point: string) =>
  engineFiles.includes(point) ? [] : all.filter((mount) => mount.point === point)

const isAnother = (mount: Mount, others: readonly BoundPlace[]) =>
  others.some(({ point, place }) => place && point === mount.point && mountsWithin([mount], place).length > 0)

// Apptainer mounts these itself, or we have it do so: below a volume at such a point there is more, which stays.
const engineFiles = ['/etc/hosts', '/etc/hostname', '/etc/localtime', '/etc/resolv.conf']

// More than anybody binds, but an end to it when the container goes on and on.
const maxMounts = 200
