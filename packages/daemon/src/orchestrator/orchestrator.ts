import type { Readable } from 'node:stream'
import { type AnswerOf, type ItemOf, type JsonRoute, type RequestOf, type StreamRoute, version } from '@aptorch/shared'
import type { Engine, RunningExec } from '../engine.ts'
import type { Events } from '../events/events.ts'
import { Exclusive } from '../exclusive.ts'
import type { Home } from '../home.ts'
import type { VolumeHub } from '../host/mounts/hub.ts'
import type { PlaceRules } from '../host/paths.ts'
import type { Meter } from '../host/usage/meter.ts'
import type { ImageCache } from '../images/cache.ts'
import type { Log } from '../log.ts'
import type { Logs } from '../logs/logs.ts'
import type { ContainerRecord } from '../store/record.ts'
import type { Store } from '../store/store.ts'
import type { Accounts } from './accounts.ts'
import type { Confinement } from './confinement.ts'
import { Execs } from './execs.ts'
import { Gate } from './gate.ts'
import { HealthChecks } from './health.ts'
import { Lifecycle } from './lifecycle.ts'
import { selectContainers } from './list.ts'
import { LiveVolumes } from './live-volumes.ts'
import { createReadArchive, createStat, createWriteArchive } from './operations/archive.ts'
import { createDelete, createDeleteData } from './operations/delete.ts'
import { createEvents } from './operations/events.ts'
import { createExec, createStreamExec, createTerminal } from './operations/exec.ts'
import { createLogs } from './operations/logs.ts'
import type { Operation } from './operations/operation.ts'
import { createPause, createResume } from './operations/pause.ts'
import { createStart } from './operations/start.ts'
import { createStats, createStreamStats, createTop } from './operations/stats.ts'
import { createRestart, createStop } from './operations/stop.ts'
import { createUpdate } from './operations/update.ts'
import { createCreateVolume, createRemoveVolume } from './operations/volumes.ts'
import { createWait } from './operations/wait.ts'
import type { StartDefaults } from './start-request.ts'
import { isActive, showContainer } from './view.ts'
import { Volumes } from './volumes.ts'
import { Watch } from './watch.ts'

export interface OrchestratorDeps {
  readonly home: Home
  readonly store: Store
  readonly engine: Engine
  readonly images: ImageCache
  readonly accounts: Accounts
  readonly confinement: Confinement
  /** Undefined where the daemon can't mount. */
  readonly hub: VolumeHub | undefined
  readonly volumeRules: PlaceRules
  readonly logs: Logs
  readonly events: Events
  readonly meter: Meter
  readonly defaults: StartDefaults
  readonly log: Log
}

/** The routes that need no more than their request. */
type PlainRoute = Exclude<JsonRoute, 'getallcont' | 'health' | 'info' | 'exec' | 'wait' | 'writearchive'>
/** Those that end when their caller leaves. */
type Lasting<Name extends StreamRoute> = (
  request: RequestOf<Name>,
  signal: AbortSignal,
) => Promise<AsyncIterable<ItemOf<Name>>>

/** Containers and their states: what the routes do, without HTTP. */
export type Orchestrator = { readonly [Name in PlainRoute]: Operation<Name> } & {
  exec(request: RequestOf<'exec'>, signal: AbortSignal): Promise<AnswerOf<'exec'>>
  readonly streamExec: Lasting<'exec'>
  /** Checks a request, and returns what starts its program. */
  terminal(request: RequestOf<'terminal'>): Promise<() => Promise<RunningExec>>
  readonly logs: Lasting<'logs'>
  readonly streamStats: Lasting<'stats'>
  readonly events: Lasting<'events'>
  wait(request: RequestOf<'wait'>, signal: AbortSignal): Promise<AnswerOf<'wait'>>
  readarchive(request: RequestOf<'readarchive'>, signal: AbortSignal): Promise<Readable>
  writearchive(
    request: RequestOf<'writearchive'>,
    tar: Readable,
    signal: AbortSignal,
  ): Promise<AnswerOf<'writearchive'>>
  /** The containers of a page, and how many there are on all pages. */
  list(request: RequestOf<'getallcont'>): { readonly total: number; readonly containers: AnswerOf<'getallcont'> }
  counts(): { readonly total: number; readonly active: number }
  /** Takes back what runs, and from then on keeps what is known in line with it. */
  open(): Promise<void>
  /** Takes in no more, breaks off images that are being made, and waits that many milliseconds for what is under way. */
  close(timeoutMs: number): Promise<void>
}

export const createOrchestrator = (deps: OrchestratorDeps): Orchestrator => {
  const { home, store, images, confinement, hub, logs, events } = deps
  const exclusive = new Exclusive()
  const gate = new Gate({ store, exclusive })
  const volumes = new Volumes({ home, hub, rules: deps.volumeRules })
  const liveVolumes = new LiveVolumes({ hub, volumes, confinement })
  const lifecycle = new Lifecycle({ ...deps, volumes })
  const execs = new Execs({ ...deps, gate })
  const health = new HealthChecks({ ...deps, execs, exclusive, lifecycle })
  const watch = new Watch({ ...deps, exclusive, lifecycle, health })
  const operationDeps = { ...deps, gate, lifecycle, volumes, liveVolumes, execs }

  let closing: Promise<void> | undefined
  const closeAll = async (timeoutMs: number) => {
    gate.close()
    const ended = execs.close(timeoutMs)
    await watch.stop()
    await images.close()
    await gate.idle(timeoutMs)
    await ended
    await store.settled()
    await events.close()
    await logs.close()
    if (store.all().some(mayRun)) return
    await hub?.close()
    await confinement.close()
  }

  return {
    start: createStart(operationDeps),
    stop: createStop(operationDeps),
    restart: createRestart(operationDeps),
    pause: createPause(operationDeps),
    resume: createResume(operationDeps),
    update: createUpdate(operationDeps),
    deletecont: createDelete(operationDeps),
    deletecontdata: createDeleteData(operationDeps),
    createvolume: createCreateVolume(operationDeps),
    removevolume: createRemoveVolume(operationDeps),
    exec: createExec(operationDeps),
    streamExec: createStreamExec(operationDeps),
    terminal: createTerminal(operationDeps),
    logs: createLogs(operationDeps),
    stats: createStats(operationDeps),
    streamStats: createStreamStats(operationDeps),
    top: createTop(operationDeps),
    events: createEvents(operationDeps),
    wait: createWait(operationDeps),
    stat: createStat(operationDeps),
    readarchive: createReadArchive(operationDeps),
    writearchive: createWriteArchive(operationDeps),

    getcont: async ({ container_name: name }) => showContainer(gate.known(name), home),

    list: (request) => {
      const { records, total } = selectContainers(store.all(), request)
      return { total, containers: records.map((record) => showContainer(record, home)) }
    },

    counts: () => ({ total: store.all().length, active: store.all().filter(isActive).length }),

    open: async () => {
      await hub?.clear()
      await watch.recoverLost() // before what belongs to no known container is taken away
      await confinement.sweep(store.all().filter(mayRun))
      await logs.sweep({
        known: store.all().map(({ name }) => name),
        running: store
          .all()
          .filter(mayRun)
          .map(({ name }) => name),
      })
      events.emit('daemon_started', {}, { version })
      await watch.start()
    },

    close: (timeoutMs) => {
      closing ??= closeAll(timeoutMs)
      return closing
    },
  }
}

/** Something of it may live: so what it has around it stays. */
const mayRun = (record: ContainerRecord) =>
  isActive(record) || record.state === 'creating' || record.state === 'unknown'
