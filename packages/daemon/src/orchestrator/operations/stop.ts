import { type AnswerOf, apiError } from '@aptorch/shared'
import { type ContainerRecord, noRestart } from '../../store/record.ts'
import { refuseUnknown } from '../gate.ts'
import { isActive, showContainer } from '../view.ts'
import type { Operation, OperationDeps } from './operation.ts'

const defaultGraceS = 10

export const createStop =
  ({ gate, lifecycle }: OperationDeps): Operation<'stop'> =>
  ({ container_name: name, timeout_s: graceS = defaultGraceS }) =>
    gate.onContainer(name, async (record) => {
      refuseUnknown(record)
      if (record.restart.at !== null) return show(await lifecycle.giveUp(record))
      if (!isActive(record)) throw apiError('not_running', `${name} is not running: it is ${describeState(record)}`)
      return show(await lifecycle.takeDown(record, graceS * 1000))
    })

export const createRestart =
  ({ home, gate, lifecycle, confinement, volumes }: OperationDeps): Operation<'restart'> =>
  ({ container_name: name, force = false }) =>
    gate.onContainer(name, async (record) => {
      refuseUnknown(record)
      if (isActive(record) && !force) {
        const first = record.state === 'paused' ? 'paused; resume it' : 'already running; stop it first'
        throw apiError('already_running', `${name} is ${first}, or use force`)
      }
      // Said here, before anything is stopped; Apptainer would say it with less clarity.
      await volumes.recheck(record.spec.volumes)
      await confinement.check(record.spec)
      const { ports } = record.spec
      await (isActive(record) ? confinement.recheckPorts(ports) : confinement.claimPorts(name, ports))
      const ended = isActive(record) ? await lifecycle.takeDown(record, defaultGraceS * 1000) : record
      const { record: running } = await lifecycle.bringUp({ ...ended, restart: noRestart, restart_count: 0 })
      return showContainer(running, home)
    })

const show = ({ name, state, exit_code }: ContainerRecord): AnswerOf<'stop'> => ({
  container_name: name,
  container_active: false,
  state,
  exit_code,
})

const describeState = ({ state, exit_code, error }: ContainerRecord) =>
  `${state}${exit_code === null ? '' : ` (exit code ${exit_code})`}${error ? `: ${error}` : ''}`
