import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { both } from '../both.ts'
import type { Engine } from '../engine.ts'
import type { Events } from '../events/events.ts'
import type { Home } from '../home.ts'
import type { ProcessIdentity } from '../host/process.ts'
import { BrokenOff, type ImageCache } from '../images/cache.ts'
import type { Log } from '../log.ts'
import type { Logs } from '../logs/logs.ts'
import { type ContainerRecord, noRestart } from '../store/record.ts'
import type { Store } from '../store/store.ts'
import type { Accounts } from './accounts.ts'
import type { Confinement } from './confinement.ts'
import { happeningsBetween } from './happenings.ts'
import { type Launched, launch } from './launch.ts'
import { killedCode } from './plan.ts'
import { afterEnd } from './restart-policy.ts'
import { isActive, subjectOf } from './view.ts'
import type { Volumes } from './volumes.ts'

export interface LifecycleDeps {
  readonly home: Home
  readonly store: Store
  readonly engine: Engine
  readonly images: ImageCache
  readonly accounts: Accounts
  readonly confinement: Confinement
  readonly volumes: Volumes
  readonly logs: Logs
  readonly events: Events
  readonly log: Log
}

/**
 * The transitions of one container, each saved before it counts. For the routes and for the watch alike; only to be called
 * in the container's exclusive operation.
 */
export class Lifecycle {
  readonly #deps: LifecycleDeps

  constructor(deps: LifecycleDeps) {
    this.#deps = deps
  }

  /** A new container → `creating`, its ports kept for it and `first` done. Nothing is left of it when that fails. */
  async create(record: ContainerRecord, first: () => Promise<void>): Promise<ContainerRecord> {
    const { confinement } = this.#deps
    await confinement.claimPorts(record.name, record.spec.ports)
    try {
      await first()
      return await this.save(record)
    } catch (error) {
      await confinement.release(record.name)
      throw error
    }
  }

  /** `creating` or an ended state → `running`; on failure → `failed`, and the error is thrown on. */
  async bringUp(record: ContainerRecord): Promise<Launched> {
    try {
      const account = await this.#deps.accounts.get(record.spec.account)
      const launched = await launch(this.#deps, record, account)
      try {
        await this.save(launched.record)
      } catch (error) {
        await this.endProcesses(launched.record, 0) // what could not be saved must not run: nobody would know of it
        throw error
      }
      return launched
    } catch (error) {
      await this.#saveFailure(record, error)
      throw error
    }
  }

  /**
   * Started again by itself: `running` before a reboot, or an ended state whose restart is due → `creating` → `running`.
   * Calls back when what is known is true again.
   */
  async startAgain(record: ContainerRecord, noted: () => void): Promise<void> {
    const { restart } = record
    const again = await this.save({
      ...record,
      state: 'creating',
      process: null,
      restart_count: record.restart_count + 1,
      restart: restart.at === null ? restart : { ...restart, at: null, attempts: restart.attempts + 1 },
    })
    noted()
    await this.bringUp(again)
  }

  /** `running` → `stopped` → `creating` → `running`, by itself: its health check asked for it. */
  async replace(record: ContainerRecord, graceMs: number): Promise<void> {
    this.#deps.events.emit('restarting', subjectOf(record), { reason: 'unhealthy' })
    const ended = await this.takeDown(record, graceMs)
    await this.startAgain(ended, () => undefined)
  }

  /** An ended state whose restart waits → `stopped`: it stays so. */
  async giveUp(record: ContainerRecord): Promise<ContainerRecord> {
    return this.save({ ...record, state: 'stopped', restart: noRestart })
  }

  /** `running` or `paused` → `stopped`, however its command takes the SIGTERM. */
  async takeDown(record: ContainerRecord, graceMs: number): Promise<ContainerRecord> {
    await this.endProcesses(record, graceMs)
    const exitCode = await this.#deps.engine.exitCode(record.name)
    return this.noteEnd(record, 'stopped', exitCode ?? (record.spec.command.length > 0 ? killedCode : null), null)
  }

  /** `running` → `exited`: its command has ended, the instance has not. */
  async finish(record: ContainerRecord, exitCode: number): Promise<ContainerRecord> {
    await this.endProcesses(record, 0)
    return this.noteEnd(record, 'exited', exitCode, null)
  }

  /** `unknown` or an interrupted `creating` → `running`: its processes were found. */
  async adopt(record: ContainerRecord, process: ProcessIdentity): Promise<ContainerRecord> {
    const { confinement } = this.#deps
    // The daemon that started it may have ended before it had opened the host's side of the network.
    if (record.state === 'creating') await confinement.publish(record)
    const started_at = record.started_at ?? new Date().toISOString()
    const address = confinement.addressOf(record.name)
    return this.save({
      ...record,
      state: 'running',
      process,
      boot_id: process.boot_id,
      error: null,
      health: record.health ?? (record.spec.health_check === null ? null : 'starting'),
      started_at,
      address,
    })
  }

  /** Notes that a container has ended, once nothing of it is left around it. */
  async noteEnd(
    record: ContainerRecord,
    state: 'stopped' | 'exited' | 'failed',
    exitCode: number | null,
    error: string | null,
  ): Promise<ContainerRecord> {
    const { confinement, logs } = this.#deps
    const starved = state === 'exited' && exitCode !== 0 && (await confinement.ranOutOfMemory(record.name))
    await both(confinement.release(record.name), logs.settle(record.name))
    const at = Date.now()
    return this.save({
      ...record,
      state,
      exit_code: exitCode,
      oom_killed: starved,
      error: starved ? outOfMemory(record.spec.memory) : error,
      process: null,
      address: null,
      health: null,
      finished_at: new Date(at).toISOString(),
      restart: state !== 'stopped' && endedByItself(record) ? afterEnd(record, { exitCode, at }) : noRestart,
    })
  }

  /** Ends the processes of a container; what is noted of it stays. */
  async endProcesses({ name, spec, process }: ContainerRecord, graceMs: number): Promise<void> {
    if (!process) return
    await this.#deps.confinement.thaw(name) // what is frozen takes no signal, not even SIGKILL with cgroups v1
    const account = await this.#deps.accounts.get(spec.account)
    await this.#deps.engine.stop({ container: name, account, process }, graceMs)
  }

  /** Removes the record and what the last start left beside the data. */
  async forget({ name, spec }: ContainerRecord): Promise<void> {
    const { home, store, engine, accounts, confinement, logs, events, log } = this.#deps
    await confinement.release(name)
    await logs.forget(name)
    await engine.forget(name, await accounts.get(spec.account))
    await rm(join(home.records, name), { force: true })
    await store.remove(name)
    events.emit('deleted', subjectOf({ name, spec }), {})
    log.debug({ event: 'container deleted', container: name })
  }

  async save(record: ContainerRecord): Promise<ContainerRecord> {
    const { store, events, log } = this.#deps
    const before = store.get(record.name)
    await store.put(record)
    for (const { type, details } of happeningsBetween(before, record)) events.emit(type, subjectOf(record), details)
    if (before?.state !== record.state) {
      const { name, state, error } = record
      log.debug({ event: 'state', container: name, from: before?.state ?? null, to: state, error })
    }
    return record
  }

  /** Best effort: when even this can't be saved, the state before it stands, and the next look puts it right. */
  async #saveFailure(record: ContainerRecord, error: unknown) {
    // One that ran before stays as it was, to be started again.
    if (error instanceof BrokenOff && record.started_at !== null) return
    try {
      await this.noteEnd(record, 'failed', null, error instanceof Error ? error.message : String(error))
    } catch (saveError) {
      this.#deps.log.error({ event: 'failure not saved', container: record.name, err: saveError })
    }
  }
}

/** One that could not be started on request is none of the restart policy's: who asked has been told. */
const endedByItself = ({ state, started_at }: ContainerRecord) =>
  isActive({ state }) || state === 'unknown' || (state === 'creating' && started_at !== null)

const outOfMemory = (limit: number | null) =>
  limit === null
    ? 'the kernel ended a process of it: the machine ran out of memory'
    : `the kernel ended a process of it: it ran out of its memory of ${Math.round(limit / 2 ** 20)} MiB`
