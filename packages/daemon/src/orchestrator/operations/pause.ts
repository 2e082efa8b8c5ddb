import { type AnswerOf, apiError } from '@aptorch/shared'
import type { ContainerRecord } from '../../store/record.ts'
import { refuseUnknown } from '../gate.ts'
import { isActive } from '../view.ts'
import type { Operation, OperationDeps } from './operation.ts'

export const createPause =
  ({ gate, lifecycle, confinement }: OperationDeps): Operation<'pause'> =>
  ({ container_name: name }) =>
    gate.onContainer(name, async (record) => {
      refuseUnknown(record)
      if (record.state === 'paused') throw apiError('already_paused', `${name} is paused already`)
      if (!isActive(record)) throw apiError('not_running', `${name} is not running: it is ${record.state}`)
      await confinement.freeze(name)
      try {
        return show(await lifecycle.save({ ...record, state: 'paused' }))
      } catch (error) {
        await confinement.thaw(name)
        throw error
      }
    })

export const createResume =
  ({ gate, lifecycle, confinement }: OperationDeps): Operation<'resume'> =>
  ({ container_name: name }) =>
    gate.onContainer(name, async (record) => {
      refuseUnknown(record)
      if (record.state !== 'paused') throw apiError('not_paused', `${name} is not paused: it is ${record.state}`)
      await confinement.thaw(name)
      return show(await lifecycle.save({ ...record, state: 'running' }))
    })

const show = (record: ContainerRecord): AnswerOf<'pause'> => ({
  container_name: record.name,
  container_active: isActive(record),
  state: record.state,
})
