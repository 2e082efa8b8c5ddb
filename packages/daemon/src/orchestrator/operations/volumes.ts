import { type AnswerOf, apiError, type BoundVolume } from '@aptorch/shared'
import { isSamePath, plainPath } from '../../host/paths.ts'
import type { ContainerRecord } from '../../store/record.ts'
import type { Lifecycle } from '../lifecycle.ts'
import { bindsOf } from '../view.ts'
import { checkVolume } from '../volumes.ts'
import type { Operation, OperationDeps } from './operation.ts'

export const createCreateVolume =
  ({ home, accounts, gate, lifecycle }: OperationDeps): Operation<'createvolume'> =>
  ({ container_name: name, ...asked }) =>
    gate.onContainer(name, async (record) => {
      const volume = await checkVolume(asked, 'host_location', home, await accounts.get(record.spec.account))
      const { container_location: place } = volume
      const taken = volumeAt(record, place)
      if (taken) {
        const message = `container_location: "${place}" of ${name} is bound to ${taken.host_location} already; remove that volume first`
        throw apiError('bind_exists', message)
      }
      return saveVolumes(lifecycle, record, [...record.spec.volumes, volume])
    })

export const createRemoveVolume =
  ({ gate, lifecycle }: OperationDeps): Operation<'removevolume'> =>
  ({ container_name: name, container_location, host_location: host }) =>
    gate.onContainer(name, async (record) => {
      const place = plainPath(container_location)
      const bound = volumeAt(record, place)
      if (!bound) throw apiError('volume_not_found', `container_location: nothing is bound to "${place}" of ${name}`)
      if (host !== undefined && !(await isSamePath(host, bound.host_location))) {
        const message = `host_location: got "${host}", but "${place}" of ${name} is bound to ${bound.host_location}`
        throw apiError('volume_not_found', message)
      }
      const kept = record.spec.volumes.filter((volume) => volume !== bound)
      return saveVolumes(lifecycle, record, kept)
    })

const volumeAt = ({ spec }: ContainerRecord, place: string) =>
  spec.volumes.find((volume) => volume.container_location === place)

const saveVolumes = async (
  lifecycle: Lifecycle,
  record: ContainerRecord,
  volumes: BoundVolume[],
): Promise<AnswerOf<'createvolume'>> => {
  const saved = await lifecycle.save({ ...record, spec: { ...record.spec, volumes } })
  return { container_name: record.name, binds: bindsOf(saved), applied: 'on_restart' }
}
