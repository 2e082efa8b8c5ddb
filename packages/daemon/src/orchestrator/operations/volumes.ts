import { type AnswerOf, apiError, type BoundVolume } from '@aptorch/shared'
import { isSamePath, plainPath } from '../../host/paths.ts'
import type { ContainerRecord } from '../../store/record.ts'
import { refuseUnknown } from '../gate.ts'
import type { Lifecycle } from '../lifecycle.ts'
import { bindsOf } from '../view.ts'
import type { Operation, OperationDeps } from './operation.ts'

export const createCreateVolume =
  ({ accounts, gate, lifecycle, volumes, liveVolumes }: OperationDeps): Operation<'createvolume'> =>
  ({ container_name: name, ...asked }) =>
    gate.onContainer(name, async (record) => {
      refuseUnknown(record)
      liveVolumes.refusePaused(record)
      const place = plainPath(asked.container_location)
      const taken = volumeAt(record, place)
      if (taken) {
        const message = `container_location: "${place}" of ${name} is bound to ${taken.host_location} already; remove that volume first`
        throw apiError('bind_exists', message)
      }
      const account = await accounts.get(record.spec.account)
      const volume = await volumes.check(asked, 'host_location', account)
      const applied = await liveVolumes.bind(record, volume, async () => {
        if (asked.chown) await volumes.give(volume, account)
      })
      try {
        const saved = await saveVolumes(lifecycle, record, [...record.spec.volumes, volume])
        return show(saved, applied)
      } catch (error) {
        await liveVolumes.unbind(record, volume, true)
        throw error
      }
    })

export const createRemoveVolume =
  ({ gate, lifecycle, liveVolumes }: OperationDeps): Operation<'removevolume'> =>
  ({ container_name: name, container_location, host_location: host, force = false }) =>
    gate.onContainer(name, async (record) => {
      refuseUnknown(record)
      const place = plainPath(container_location)
      const bound = volumeAt(record, place)
      if (!bound) throw apiError('volume_not_found', `container_location: nothing is bound to "${place}" of ${name}`)
      if (host !== undefined && !(await isSamePath(host, bound.host_location))) {
        const message = `host_location: got "${host}", but "${place}" of ${name} is bound to ${bound.host_location}`
        throw apiError('volume_not_found', message)
      }
      const applied = await liveVolumes.unbind(record, bound, force)
      const kept = record.spec.volumes.filter((volume) => volume !== bound)
      return show(await saveVolumes(lifecycle, record, kept), applied)
    })

const volumeAt = ({ spec }: ContainerRecord, place: string) =>
  spec.volumes.find((volume) => volume.container_location === place)

const saveVolumes = (lifecycle: Lifecycle, record: ContainerRecord, volumes: BoundVolume[]) =>
  lifecycle.save({ ...record, spec: { ...record.spec, volumes } })

const show = (record: ContainerRecord, applied: AnswerOf<'createvolume'>['applied']): AnswerOf<'createvolume'> => ({
  container_name: record.name,
  binds: bindsOf(record),
  applied,
})
