import { isDeepStrictEqual } from 'node:util'
import type { ContainerState, EventItem, EventType } from '@aptorch/shared'
import type { ContainerRecord } from '../store/record.ts'

export interface Happening {
  readonly type: EventType
  readonly details: EventItem['details']
}

/**
 * What has happened to a container, as what is known of it before and after tells. So nothing can change without an event,
 * and no event is told of what is not on disk.
 */
export const happeningsBetween = (before: ContainerRecord | undefined, after: ContainerRecord): Happening[] => {
  if (!before) return [{ type: 'created', details: {} }]
  return [
    ...(after.oom_killed && !before.oom_killed
      ? [{ type: 'oom' as const, details: { memory: after.spec.memory } }]
      : []),
    ...stateChange(before, after),
    ...restart(before, after),
    ...health(before, after),
    ...limits(before, after),
    ...volumes(before, after),
  ]
}

const stateChange = (before: ContainerRecord, after: ContainerRecord): Happening[] => {
  // One process after another without an end in between is a new start as well.
  const sameRun = isDeepStrictEqual(before.process, after.process)
  if (before.state === after.state && sameRun) return []
  return told[after.state](before, after)
}

type Tell = (before: ContainerRecord, after: ContainerRecord) => Happening[]

const told: Readonly<Record<ContainerState, Tell>> = {
  creating: () => [],
  running: (before, { restart_count }) =>
    before.state === 'paused' ? [{ type: 'resumed', details: {} }] : [{ type: 'started', details: { restart_count } }],
  paused: () => [{ type: 'paused', details: {} }],
  stopped: (_, { exit_code }) => [{ type: 'stopped', details: { exit_code } }],
  exited: (_, { exit_code, oom_killed }) => [{ type: 'exited', details: { exit_code, oom_killed } }],
  failed: (_, { error }) => [{ type: 'failed', details: { error } }],
  unknown: (_, { error }) => [{ type: 'unknown', details: { error } }],
}

const restart = (before: ContainerRecord, { restart: { at, delay_s, attempts } }: ContainerRecord): Happening[] =>
  at === null || at === before.restart.at ? [] : [{ type: 'restarting', details: { at, delay_s, attempts } }]

const health = (before: ContainerRecord, after: ContainerRecord): Happening[] =>
  after.health === null || after.health === before.health ? [] : [{ type: 'health', details: { health: after.health } }]

const limits = (before: ContainerRecord, after: ContainerRecord): Happening[] => {
  const { cpus, memory, pids } = after.spec
  const same = cpus === before.spec.cpus && memory === before.spec.memory && pids === before.spec.pids
  return same ? [] : [{ type: 'updated', details: { cpus, memory, pids } }]
}

const volumes = (before: ContainerRecord, after: ContainerRecord): Happening[] => {
  const [then, now] = [before.spec.volumes, after.spec.volumes]
  const without = (all: typeof now, others: typeof now) =>
    all.filter((volume) => !others.some((other) => isDeepStrictEqual(volume, other)))
  return [
    ...without(now, then).map((volume) => ({ type: 'volume_added' as const, details: { ...volume } })),
    ...without(then, now).map((volume) => ({ type: 'volume_removed' as const, details: { ...volume } })),
  ]
}
