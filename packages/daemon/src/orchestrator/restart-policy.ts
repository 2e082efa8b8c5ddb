import { type ContainerRecord, noRestart, type RestartState } from '../store/record.ts'

const firstDelayS = 1
const longestDelayS = 60
// Whoever has run for so long did not fail at its start.
const steadyMs = 60_000

/** How a container that was active has ended by itself. Times are in milliseconds since 1970. */
export interface End {
  readonly exitCode: number | null
  readonly at: number
}

/**
 * What the restart policy makes of a container's end. Only a policy that was asked for counts here: without one, a command
 * that ends has ended. Waits double from 1 s to 60 s, and begin anew for one that ran for a minute.
 */
export const afterEnd = ({ spec, state, restart, started_at }: ContainerRecord, end: End): RestartState => {
  if (!spec.restart_on_exit) return noRestart
  // One that could not even be started has what was before that in `started_at`.
  const ranMs = started_at === null || state === 'creating' ? 0 : end.at - Date.parse(started_at)
  const before = ranMs >= steadyMs ? noRestart : restart
  if (!wantsMore(spec.restart_policy, end.exitCode, before.attempts)) return { ...before, at: null }
  const delay_s = Math.min(longestDelayS, Math.max(firstDelayS, before.delay_s * 2))
  return { at: new Date(end.at + delay_s * 1000).toISOString(), delay_s, attempts: before.attempts }
}

/** Whether a container that has ended is to be started again by now. */
export const isRestartDue = ({ restart }: ContainerRecord, now: number): boolean =>
  restart.at !== null && Date.parse(restart.at) <= now

const wantsMore = (policy: string, exitCode: number | null, attempts: number): boolean => {
  if (policy === 'no') return false
  if (!policy.startsWith('on-failure')) return true
  const most = Number(policy.split(':')[1] ?? Number.POSITIVE_INFINITY)
  return exitCode !== 0 && attempts < most
}
