import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { ContainerState } from '@aptorch/shared'
import type { Engine } from '../engine.ts'
import type { Home } from '../home.ts'
import type { ProcessIdentity } from '../host/process.ts'
import { BrokenOff, type ImageCache } from '../images/cache.ts'
import type { Log } from '../log.ts'
import type { ContainerRecord } from '../store/record.ts'
import type { Store } from '../store/store.ts'
import type { Accounts } from './accounts.ts'
import { type Launched, launch } from './launch.ts'

export interface LifecycleDeps {
  readonly home: Home
  readonly store: Store
  readonly engine: Engine
  readonly images: ImageCache
  readonly accounts: Accounts
  readonly log: Log
}

/** What a shell reports of a program that SIGKILL ended: such a command writes no exit code of its own. */
const killedCode = 128 + 9

/**
 * The transitions of one container, each saved before it counts. For the routes and for the watch alike; only to be called
 * in the container's exclusive operation.
 */
export class Lifecycle {
  readonly #deps: LifecycleDeps

  constructor(deps: LifecycleDeps) {
    this.#deps = deps
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

  /** `running` before a reboot → `creating` → `running`. Calls back when what is known is true again. */
  async startAgain(record: ContainerRecord, noted: () => void): Promise<void> {
    const again = await this.save({
      ...record,
      state: 'creating',
      process: null,
      restart_count: record.restart_count + 1,
    })
    noted()
    await this.bringUp(again)
  }

  /** `running` → `stopped`, however its command takes the SIGTERM. */
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
  adopt(record: ContainerRecord, process: ProcessIdentity): Promise<ContainerRecord> {
    const started_at = record.started_at ?? new Date().toISOString()
    return this.save({ ...record, state: 'running', process, boot_id: process.boot_id, error: null, started_at })
  }

  /** Notes that a container has ended. */
  noteEnd(
    record: ContainerRecord,
    state: 'stopped' | 'exited' | 'failed',
    exitCode: number | null,
    error: string | null,
  ) {
    return this.save({
      ...record,
      state,
      exit_code: exitCode,
      error,
      process: null,
      finished_at: new Date().toISOString(),
    })
  }

  /** Ends the processes of a container; what is noted of it stays. */
  async endProcesses({ name, spec, process }: ContainerRecord, graceMs: number): Promise<void> {
    if (!process) return
    const account = await this.#deps.accounts.get(spec.account)
    await this.#deps.engine.stop({ container: name, account, process }, graceMs)
  }

  /** Removes the record and what the last start left beside the data. */
  async forget({ name, spec }: ContainerRecord): Promise<void> {
    const { home, store, engine, accounts, log } = this.#deps
    await engine.forget(name, await accounts.get(spec.account))
    await rm(join(home.records, name), { force: true })
    await store.remove(name)
    log.debug({ event: 'container deleted', container: name })
  }

  async save(record: ContainerRecord): Promise<ContainerRecord> {
    const before: ContainerState | null = this.#deps.store.get(record.name)?.state ?? null
    await this.#deps.store.put(record)
    if (before !== record.state) {
      const { name, state, error } = record
      this.#deps.log.debug({ event: 'state', container: name, from: before, to: state, error })
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
