import { apiError } from '@aptorch/shared'
import { refuseUnknown } from '../gate.ts'
import { isActive, showContainer } from '../view.ts'
import type { Operation, OperationDeps } from './operation.ts'

export const createUpdate =
  ({ home, gate, lifecycle, confinement }: OperationDeps): Operation<'update'> =>
  ({ container_name: name, ...asked }) =>
    gate.onContainer(name, async (record) => {
      refuseUnknown(record)
      if (Object.values(asked).every((limit) => limit === undefined)) {
        throw apiError('missing_field', 'nothing to change: want cpus, memory or pids')
      }
      const { cpus, memory, pids } = record.spec
      const before = { cpus, memory, pids }
      const limits = {
        cpus: orNone(asked.cpus, cpus),
        memory: orNone(asked.memory, memory),
        pids: orNone(asked.pids, pids),
      }
      await confinement.check({ ...limits, network: 'host' })
      if (isActive(record)) await confinement.limit(name, limits)
      try {
        return showContainer(await lifecycle.save({ ...record, spec: { ...record.spec, ...limits } }), home)
      } catch (error) {
        if (isActive(record)) await confinement.limit(name, before)
        throw error
      }
    })

/** What was left out stays; 0 takes the limit away. */
const orNone = (asked: number | undefined, before: number | null): number | null =>
  asked === undefined ? before : asked === 0 ? null : asked
