import { type AnswerOf, type ApiError, apiError, type WaitRequest } from '@aptorch/shared'
import type { ContainerRecord } from '../../store/record.ts'
import { isActive } from '../view.ts'
import type { OperationDeps } from './operation.ts'

/** Waits until a container is so far, or will never be. */
export const createWait =
  ({ store, gate, events }: OperationDeps) =>
  async (
    { container_name: name, until = 'exited', timeout_s }: WaitRequest,
    signal: AbortSignal,
  ): Promise<AnswerOf<'wait'>> => {
    gate.known(name)
    const timeout = timeout_s === undefined ? undefined : AbortSignal.timeout(timeout_s * 1000)
    const over = AbortSignal.any([signal, gate.closing, ...(timeout ? [timeout] : [])])
    for (;;) {
      const record = store.get(name)
      if (!record) throw apiError('container_not_found', `${name} was deleted while it was waited for`)
      const found = rules[until](record)
      if (found instanceof Error) throw found
      if (found) return show(record)
      if (timeout?.aborted) {
        throw apiError('timed_out', `${name} was not ${until} within ${timeout_s} s: it is ${record.state}`)
      }
      gate.refuseClosed()
      if (signal.aborted) throw apiError('timed_out', 'the caller has left')
      await events.changed(over)
    }
  }

/** Whether it is so; an error when it won't be. */
const rules: Readonly<Record<NonNullable<WaitRequest['until']>, (record: ContainerRecord) => boolean | ApiError>> = {
  exited: ({ state }) => !isActive({ state }) && state !== 'creating' && state !== 'unknown',
  running: (record) => record.state === 'running' || whyNever(record),
  healthy: (record) => {
    if (record.spec.health_check === null) {
      return apiError('no_health_check', `${record.name} has no health check; start it with one to wait for that`)
    }
    return record.health === 'healthy' || whyNever(record)
  },
}

const whyNever = (record: ContainerRecord): false | ApiError => {
  const { name, state, exit_code, error, restart } = record
  const hasEnded = rules.exited(record) === true
  if (!hasEnded || restart.at !== null) return false
  const details = [...(exit_code === null ? [] : [`exit code ${exit_code}`]), ...(error === null ? [] : [error])]
  return apiError('not_running', `${name} is ${[state, ...details].join(', ')}`)
}

const show = (record: ContainerRecord): AnswerOf<'wait'> => ({
  container_name: record.name,
  container_active: isActive(record),
  state: record.state,
  exit_code: record.exit_code,
  health: record.health,
})
