import { availableParallelism, totalmem } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { type AnswerOf, apiError, type StatsItem, type StatsRequest } from '@aptorch/shared'
import type { Sample } from '../../host/usage/meter.ts'
import { toStats } from '../../host/usage/to-stats.ts'
import type { ContainerRecord } from '../../store/record.ts'
import { isActive } from '../view.ts'
import type { Operation, OperationDeps } from './operation.ts'

// The share of processors is measured over so long when there is no sample before.
const briefMs = 250

const defaultIntervalS = 1

/** What containers use, measured over a moment. */
export const createStats =
  (deps: OperationDeps): Operation<'stats'> =>
  async ({ container_name: names }) => {
    const chosen = choose(deps, names)
    const before = await sampleAll(deps, chosen)
    await sleep(briefMs)
    return itemsOf(before, await sampleAll(deps, choose(deps, names)))
  }

/** The same again and again: an item a container and time, until none is left of those that were asked for by name. */
export const createStreamStats =
  (deps: OperationDeps) =>
  async (request: StatsRequest, signal: AbortSignal): Promise<AsyncIterable<StatsItem>> => {
    choose(deps, request.container_name)
    return deps.gate.untilClosed(signal, (over) => repeat(deps, request, over))
  }

/** The processes of a container. */
export const createTop =
  ({ meter, gate }: OperationDeps): Operation<'top'> =>
  async ({ container_name: name }) => {
    const { process } = active(gate.known(name))
    const processes = await meter.processesOf({ container: name, process })
    return { container_name: name, processes: [...processes] }
  }

async function* repeat(deps: OperationDeps, request: StatsRequest, signal: AbortSignal): AsyncGenerator<StatsItem> {
  const { container_name: names, interval_s = defaultIntervalS } = request
  const stillThere = () =>
    names === undefined ? allActive(deps) : allActive(deps).filter(({ name }) => [names].flat().includes(name))
  let before = await sampleAll(deps, stillThere())
  for (let waitMs = Math.min(briefMs, interval_s * 1000); ; waitMs = interval_s * 1000) {
    await sleep(waitMs, undefined, { signal }).catch(() => undefined) // the caller leaves
    const containers = stillThere()
    if (signal.aborted || (names !== undefined && containers.length === 0)) return
    const after = await sampleAll(deps, containers)
    yield* itemsOf(before, after)
    before = after
  }
}

/** Those that are asked for, all of which have to run, or all that do. */
const choose = (deps: OperationDeps, names: string | string[] | undefined): ContainerRecord[] =>
  names === undefined ? allActive(deps) : [names].flat().map((name) => active(deps.gate.known(name)))

const allActive = ({ store }: OperationDeps) => store.all().filter((record) => isActive(record) && record.process)

const active = (record: ContainerRecord) => {
  const { name, state, process } = record
  if (isActive(record) && process) return { ...record, process }
  throw apiError('not_running', `${name} is not running: it is ${state}`)
}

type Samples = ReadonlyMap<string, Sample>

const sampleAll = async ({ meter }: OperationDeps, records: readonly ContainerRecord[]): Promise<Samples> => {
  const samples = await Promise.all(
    records.map(async ({ name, process, spec }) => {
      const ownNetwork = spec.network !== 'host'
      return [name, process ? await meter.measure({ container: name, process, ownNetwork }) : undefined] as const
    }),
  )
  return new Map(samples.flatMap(([name, sample]) => (sample ? [[name, sample]] : [])))
}

const itemsOf = (before: Samples, after: Samples): AnswerOf<'stats'> => {
  const machine = { cpus: availableParallelism(), memory: totalmem() }
  const time = new Date().toISOString()
  return [...after].map(([name, sample]) => ({
    time,
    container_name: name,
    ...toStats(before.get(name), sample, machine),
  }))
}
