import { type AnswerOf, apiError, type BoundVolume, type RequestOf } from '@aptorch/shared'
import type { Home } from '../home.ts'
import type { Account } from '../host/account.ts'
import { plainPath } from '../host/paths.ts'
import { readBootId } from '../host/process.ts'
import type { ImageCache } from '../images/cache.ts'
import type { Log } from '../log.ts'
import type { ContainerRecord } from '../store/record.ts'
import type { Store } from '../store/store.ts'
import type { Accounts } from './accounts.ts'
import type { Exclusive } from './exclusive.ts'
import { dataFoldersOf, removeData } from './launch.ts'
import type { Lifecycle } from './lifecycle.ts'
import { type Page, selectContainers } from './list.ts'
import { completeStart, type StartDefaults, type StartOrder } from './start-request.ts'
import { bindsOf, isActive, showContainer } from './view.ts'
import { checkDistinct, checkVolume } from './volumes.ts'

export interface OrchestratorDeps {
  readonly home: Home
  readonly store: Store
  readonly images: ImageCache
  readonly accounts: Accounts
  readonly exclusive: Exclusive
  readonly lifecycle: Lifecycle
  readonly defaults: StartDefaults
  readonly log: Log
}

const defaultGraceS = 10

/**
 * Containers and their states. Each operation checks, acts, saves and only then answers; two on one container never
 * overlap. Its methods are the routes' work, without HTTP.
 */
export class Orchestrator {
  readonly #deps: OrchestratorDeps
  #closing = false

  constructor(deps: OrchestratorDeps) {
    this.#deps = deps
  }

  async start(request: RequestOf<'start'>): Promise<AnswerOf<'start'>> {
    this.#refuseWhenClosing()
    const order = completeStart(request, this.#deps.defaults)
    const account = await this.#deps.accounts.forRequest(order.user)
    const volumes = await this.#checkVolumes(order, account)
    return this.#deps.exclusive.run(order.name, async () => {
      const taken = this.#deps.store.get(order.name)
      if (taken) {
        throw apiError(
          'name_taken',
          `container_name: "${order.name}" is taken by a container that is ${taken.state}; choose another, or delete that one first`,
        )
      }
      const record = await this.#deps.lifecycle.save(newRecord(order, volumes, account))
      const { record: running, foundData } = await this.#bringUp(record)
      const warnings = foundData
        ? [...order.warnings, 'the data of an earlier container of this name and image were there and are used again']
        : order.warnings
      return { ...showContainer(running, this.#deps.home), ...(warnings.length > 0 ? { warnings: [...warnings] } : {}) }
    })
  }

  stop({ container_name: name, timeout_s: graceS = defaultGraceS }: RequestOf<'stop'>): Promise<AnswerOf<'stop'>> {
    return this.#operate(name, async (record) => {
      refuseUnknown(record)
      if (!isActive(record)) throw apiError('not_running', `${name} is not running: it is ${describeState(record)}`)
      return showStopped(await this.#deps.lifecycle.takeDown(record, graceS * 1000))
    })
  }

  restart({ container_name: name, force = false }: RequestOf<'restart'>): Promise<AnswerOf<'restart'>> {
    return this.#operate(name, async (found) => {
      let record = found
      refuseUnknown(record)
      if (isActive(record)) {
        if (!force) throw apiError('already_running', `${name} is already running; stop it first, or use force`)
        record = await this.#deps.lifecycle.takeDown(record, defaultGraceS * 1000)
      }
      const { record: running } = await this.#bringUp(record)
      return showContainer(running, this.#deps.home)
    })
  }

  async getcont({ container_name: name }: RequestOf<'getcont'>): Promise<AnswerOf<'getcont'>> {
    return showContainer(this.#known(name), this.#deps.home)
  }

  list(request: RequestOf<'getallcont'>): Omit<Page, 'records'> & { readonly containers: AnswerOf<'getallcont'> } {
    const { records, total } = selectContainers(this.#deps.store.all(), request)
    return { total, containers: records.map((record) => showContainer(record, this.#deps.home)) }
  }

  deletecont({ container_name: name }: RequestOf<'deletecont'>): Promise<AnswerOf<'deletecont'>> {
    return this.#operate(name, async (record) => {
      if (isActive(record))
        throw apiError('container_active', `${name} is ${record.state}; stop it before you delete it`)
      refuseUnknown(record)
      const { home, lifecycle } = this.#deps
      await lifecycle.forget(record)
      return { container_name: name, data_path: home.dataOf(name, record.spec.image_label) }
    })
  }

  deletecontdata({ container_name: name }: RequestOf<'deletecontdata'>): Promise<AnswerOf<'deletecontdata'>> {
    this.#refuseWhenClosing()
    return this.#deps.exclusive.run(name, async () => {
      const { home, store, log } = this.#deps
      if (store.get(name))
        throw apiError('container_registered', `${name} is still registered; delete the container before its data`)
      const folders = await dataFoldersOf(home, name)
      if (folders.length === 0) throw apiError('data_not_found', `there are no data of a container "${name}"`)
      for (const folder of folders) await removeData(folder)
      log.debug({ event: 'data deleted', container: name, folders })
      return { container_name: name, removed: folders }
    })
  }

  createvolume(request: RequestOf<'createvolume'>): Promise<AnswerOf<'createvolume'>> {
    return this.#operate(request.container_name, async (record) => {
      const { home, accounts } = this.#deps
      const { container_name: _, ...asked } = request
      const volume = await checkVolume(asked, 'host_location', home, await accounts.get(record.spec.account))
      const taken = record.spec.volumes.find((bound) => bound.container_location === volume.container_location)
      if (taken) {
        throw apiError(
          'bind_exists',
          `container_location: "${volume.container_location}" of ${record.name} is bound to ${taken.host_location} already; remove that volume first`,
        )
      }
      return this.#saveVolumes(record, [...record.spec.volumes, volume])
    })
  }

  removevolume(request: RequestOf<'removevolume'>): Promise<AnswerOf<'removevolume'>> {
    return this.#operate(request.container_name, async (record) => {
      const place = plainPath(request.container_location)
      const bound = record.spec.volumes.find((volume) => volume.container_location === place)
      if (!bound)
        throw apiError('volume_not_found', `container_location: nothing is bound to "${place}" of ${record.name}`)
      const { host_location: host } = request
      if (host !== undefined && plainPath(host) !== bound.host_location) {
        throw apiError(
          'volume_not_found',
          `host_location: got "${host}", but "${place}" of ${record.name} is bound to ${bound.host_location}`,
        )
      }
      return this.#saveVolumes(
        record,
        record.spec.volumes.filter((volume) => volume !== bound),
      )
    })
  }

  counts(): { total: number; active: number } {
    const all = this.#deps.store.all()
    return { total: all.length, active: all.filter(isActive).length }
  }

  /** Takes in no more, breaks off images that are being made, and waits for what is under way. */
  async close(timeoutMs: number): Promise<void> {
    this.#closing = true
    await this.#deps.images.close()
    await this.#deps.exclusive.idle(timeoutMs)
    await this.#deps.store.settled()
  }

  async #bringUp(record: ContainerRecord) {
    try {
      return await this.#deps.lifecycle.bringUp(record)
    } catch (error) {
      throw this.#closing ? shuttingDown() : error
    }
  }

  async #saveVolumes(record: ContainerRecord, volumes: BoundVolume[]) {
    const saved = await this.#deps.lifecycle.save({ ...record, spec: { ...record.spec, volumes } })
    return { container_name: record.name, binds: bindsOf(saved), applied: 'on_restart' as const }
  }

  async #checkVolumes(order: StartOrder, account: Account): Promise<BoundVolume[]> {
    const checked: BoundVolume[] = []
    for (const { field, volume } of order.volumes)
      checked.push(await checkVolume(volume, field, this.#deps.home, account))
    checkDistinct(checked, 'volumes')
    return checked
  }

  /** An operation on a container that is known, alone on it. */
  async #operate<Result>(name: string, operation: (record: ContainerRecord) => Promise<Result>): Promise<Result> {
    this.#refuseWhenClosing()
    if (this.#known(name).state === 'creating') {
      throw apiError('being_created', `${name} is still being created; try again when it runs (or has failed)`)
    }
    return this.#deps.exclusive.run(name, async () => operation(this.#known(name)))
  }

  #known(name: string): ContainerRecord {
    const record = this.#deps.store.get(name)
    if (!record) throw apiError('container_not_found', `there is no container "${name}"`)
    return record
  }

  #refuseWhenClosing() {
    if (this.#closing) throw shuttingDown()
  }
}

const newRecord = ({ name, spec }: StartOrder, volumes: BoundVolume[], account: Account): ContainerRecord => ({
  name,
  spec: { ...spec, volumes, account: account.name },
  state: 'creating',
  exit_code: null,
  error: null,
  created_at: new Date().toISOString(),
  started_at: null,
  finished_at: null,
  restart_count: 0,
  image_key: null,
  boot_id: readBootId(),
  process: null,
})

/** While the truth can't be read, nothing is done that could be wrong. */
const refuseUnknown = ({ name, state, error }: ContainerRecord) => {
  if (state === 'unknown') throw apiError('state_unknown', `${name} may still be running: ${error}`)
}

const showStopped = (record: ContainerRecord) => ({
  container_name: record.name,
  container_active: isActive(record),
  state: record.state,
  exit_code: record.exit_code,
})

const describeState = ({ state, exit_code, error }: ContainerRecord) =>
  `${state}${exit_code === null ? '' : ` (exit code ${exit_code})`}${error ? `: ${error}` : ''}`

const shuttingDown = () =>
  apiError('shutting_down', 'the daemon is shutting down; containers go on running; ask again when it is back')
