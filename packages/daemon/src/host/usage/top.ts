import { uptime } from 'node:os'
import type { AnswerOf } from '@aptorch/shared'
import { createLanes } from '../../lanes.ts'
import type { Guard } from './guard.ts'
import { insideId, parseIdMap } from './id-map.ts'
import { readProc, readProcStart } from './proc-file.ts'
import { type ProcessStat, parseStat, ticksPerSecond } from './stat.ts'
import { type ProcessStatus, readStatus } from './status.ts'

/** A process of a container, as the API shows it. */
export type ContainerProcess = AnswerOf<'top'>['processes'][number]

/**
 * Shows those of these processes that are in a container, or in pid namespaces below its own: not what brings others into
 * it from outside. `first` is the container's first process. A process that ends meanwhile is left out.
 */
export const listProcesses = async (
  first: number,
  pids: readonly number[],
  guard: Guard,
): Promise<readonly ContainerProcess[]> => {
  const depth = (await readStatus(first))?.pids.length
  const idMap = await readProc(`/proc/${first}/uid_map`)
  if (depth === undefined || idMap === undefined) return []
  const inLane = createLanes(2)
  const looked = pids.toSorted((a, b) => a - b).slice(0, mostProcesses)
  const read = await Promise.all(looked.map((pid) => inLane(() => readWhole(pid, guard))))
  const inside = read.filter((process) => process !== undefined).filter(({ status }) => status.pids.length >= depth)
  const insidePids = new Map(inside.map(({ pid, status }) => [pid, status.pids[depth - 1] ?? 0]))
  const now = { ms: Date.now(), sinceBootS: uptime() }
  const map = parseIdMap(idMap)
  return inside
    .map(({ pid, stat, status, command }) => ({
      pid,
      inside_pid: insidePids.get(pid) ?? 0,
      parent_pid: insidePids.get(stat.parent) ?? 0,
      user: String(insideId(map, status.uid)),
      state: stat.state,
      ...timesOf(stat, now),
      memory: status.resident,
      command: command ?? `[${printable(stat.name)}]`,
    }))
    .sort((a, b) => a.inside_pid - b.inside_pid)
}

interface Read {
  readonly pid: number
  readonly stat: ProcessStat
  readonly status: ProcessStatus
  /** Undefined when it has none, or is not to be had. */
  readonly command: string | undefined
}

const readWhole = async (pid: number, guard: Guard): Promise<Read | undefined> => {
  const stat = await readProc(`/proc/${pid}/stat`)
  const status = await readStatus(pid)
  if (stat === undefined || status === undefined) return undefined
  const line = await guard(() => readProcStart(`/proc/${pid}/cmdline`, commandLimit))
  return { pid, stat: parseStat(stat), status, command: line ? commandOf(line) : undefined }
}

/** Arguments end with a NUL each. */
export const commandOf = (line: string): string => printable(line.replace(/\0+$/, '').replaceAll('\0', ' '))

/** What would steer a terminal stands as "?", as in ps(1). */
const printable = (text: string) => text.replace(/\p{Cc}/gu, '?')

const timesOf = ({ userTicks, systemTicks, startTicks }: ProcessStat, now: { ms: number; sinceBootS: number }) => {
  const cpuS = (userTicks + systemTicks) / ticksPerSecond
  const ageS = Math.max(0, now.sinceBootS - startTicks / ticksPerSecond)
  return {
    cpu_time_s: cpuS,
    cpu_percent: ageS === 0 ? 0 : Math.round((cpuS / ageS) * 10_000) / 100,
    started_at: new Date(now.ms - ageS * 1000).toISOString(),
  }
}

const commandLimit = 4096

// No one reads so many, and each costs three files.
const mostProcesses = 10_000
