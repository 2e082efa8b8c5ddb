import type { AnswerOf, RequestOf, RouteName } from '@aptorch/shared'
import type { Engine } from '../engine.ts'
import { Exclusive } from '../exclusive.ts'
import type { Home } from '../home.ts'
import type { VolumeHub } from '../host/mounts/hub.ts'
import type { PlaceRules } from '../host/paths.ts'
import type { ImageCache } from '../images/cache.ts'
import type { Log } from '../log.ts'
import type { ContainerRecord } from '../store/record.ts'
import type { Store } from '../store/store.ts'
import type { Accounts } from './accounts.ts'
import type { Confinement } from './confinement.ts'
import { Gate } from './gate.ts'
import { Lifecycle } from './lifecycle.ts'
import { selectContainers } from './list.ts'
import { LiveVolumes } from './live-volumes.ts'
import { createDelete, createDeleteData } from './operations/delete.ts'
import type { Operation } from './operations/operation.ts'
import { createPause, createResume } from './operations/pause.ts'
import { createStart } from './operations/start.ts'
import { createRestart, createStop } from './operations/stop.ts'
import { createUpdate } from './operations/update.ts'
import { createCreateVolume, createRemoveVolume } from './operations/volumes.ts'
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
  readonly defaults: StartDefaults
  readonly log: Log
}

/** The routes that are operations on containers and nothing else. */
type ContainerRoute = Exclude<RouteName, 'getallcont' | 'health' | 'info'>

/** Containers and their states: what the routes do, without HTTP. */
export type Orchestrator = { readonly [Name in ContainerRoute]: Operation<Name> } & {
  /** The containers of a page, and how many there are on all pages. */
  list(request: RequestOf<'getallcont'>): { readonly total: number; readonly containers: AnswerOf<'getallcont'> }
  counts(): { readonly total: number; readonly active: number }
  /** Takes back what runs, and from then on keeps what is known in line with it. */
  open(): Promise<void>
  /** Takes in no more, breaks off images that are being made, and waits that many milliseconds for what is under way. */
  close(timeoutMs: number): Promise<void>
}

export const createOrchestrator = (deps: OrchestratorDeps): Orchestrator => {
  const { home, store, images, confinement, hub } = deps
  const exclusive = new Exclusive()
  const gate = new Gate({ store, exclusive })
  const volumes = new Volumes({ home, hub, rules: deps.volumeRules })
  const liveVolumes = new LiveVolumes({ hub, volumes, confinement })
  const lifecycle = new Lifecycle({ ...deps, volumes })
  const watch = new Watch({ ...deps, exclusive, lifecycle })
  const operationDeps = { ...deps, gate, lifecycle, volumes, liveVolumes }

  let closing: Promise<void> | undefined
  const closeAll = async (timeoutMs: number) => {
    gate.close()
    await watch.stop()
    await images.close()
    await gate.idle(timeoutMs)
    await store.settled()
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
