import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Engine } from '../engine.ts'
import type { Home } from '../home.ts'
import { isAlive, readBootId } from '../host/process.ts'
import type { Log } from '../log.ts'
import { ContainerRecord, type ProcessIdentity } from '../store/record.ts'
import type { Store } from '../store/store.ts'
import type { Accounts } from './accounts.ts'
import type { Exclusive } from './exclusive.ts'
import type { Lifecycle } from './lifecycle.ts'
import { type Look, planStep } from './plan.ts'

export interface WatchDeps {
  readonly home: Home
  readonly store: Store
  readonly engine: Engine
  readonly accounts: Accounts
  readonly exclusive: Exclusive
  readonly lifecycle: Lifecycle
  readonly log: Log
}

const roundMs = 250

/**
 * Looks again and again at what runs and brings what is known in line with it. The first round, at the daemon's start, takes
 * back what outlived the daemon before it.
 */
export class Watch {
  readonly #deps: WatchDeps
  readonly #stopping = new AbortController()
  #rounds: Promise<void> | undefined

  constructor(deps: WatchDeps) {
    this.#deps = deps
  }

  /** Does the first round and goes on in the background. */
  async start(): Promise<void> {
    if (this.#deps.store.recovered) await this.#recoverLost()
    await this.round()
    this.#rounds = this.#goOn()
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    await this.#rounds
  }

  /** One look at everything. A failure with one container is logged and leaves the others alone. */
  async round(): Promise<void> {
    const { store, log } = this.#deps
    const running = await this.#runningInstances()
    const names = new Set([...running.keys(), ...store.all().map((record) => record.name)])
    await Promise.all(
      [...names].map(async (name) => {
        try {
          await this.#deps.exclusive.tryRun(name, () => this.#attend(name, running.get(name)))
        } catch (error) {
          log.error({ event: 'container not attended to', container: name, err: error })
        }
      }),
    )
  }

  async #goOn() {
    while (!this.#stopping.signal.aborted) {
      await sleep(roundMs, undefined, { signal: this.#stopping.signal }).catch(() => undefined)
      if (this.#stopping.signal.aborted) return
      try {
        await this.round()
      } catch (error) {
        this.#deps.log.error({ event: 'look failed', err: error })
      }
    }
  }

  async #attend(name: string, instance: ProcessIdentity | undefined) {
    const { store, engine, accounts, lifecycle, log } = this.#deps
    const record = store.get(name)
    if (!record) {
      if (instance && isAlive(instance)) await this.#stopUnknown(name, instance)
      return
    }
    const account = await accounts.get(record.spec.account)
    const step = planStep(record, await this.#look(record, instance))
    switch (step.do) {
      case 'nothing':
        return
      case 'adopt':
        await lifecycle.save({
          ...record,
          state: 'running',
          process: step.process,
          boot_id: step.process.boot_id,
          error: null,
          started_at: record.started_at ?? new Date().toISOString(),
        })
        return
      case 'finish':
        await lifecycle.finish({ ...record, process: step.process }, step.exitCode)
        return
      case 'stop stray':
        log.warn({ event: 'stray instance stopped', container: name, state: record.state })
        await engine.stop({ container: name, account, process: step.process }, 0)
        return
      case 'start again':
        await lifecycle.bringUp({ ...record, process: null, restart_count: record.restart_count + 1 })
        return
      case 'doubt':
        await lifecycle.save({ ...record, state: 'unknown', error: step.reason })
        return
      case 'note end':
        await lifecycle.noteEnd(record, step.state, step.exitCode, step.error)
    }
  }

  async #look(record: ContainerRecord, instance: ProcessIdentity | undefined): Promise<Look> {
    try {
      const exitCode = await this.#deps.engine.exitCode(record.name)
      const process = [record.process, instance].find((candidate) => candidate && isAlive(candidate))
      return process
        ? { found: 'alive', process, exitCode }
        : { found: 'gone', exitCode, rebooted: record.boot_id !== readBootId() }
    } catch (error) {
      return {
        found: 'unreadable',
        reason: `its processes can't be looked at: ${error instanceof Error ? error.message : error}`,
      }
    }
  }

  async #runningInstances() {
    const { accounts, engine, store } = this.#deps
    const all = new Map<string, ProcessIdentity>()
    for (const name of new Set([accounts.main.name, ...store.all().map((record) => record.spec.account)])) {
      for (const [container, process] of await engine.running(await accounts.get(name))) all.set(container, process)
    }
    return all
  }

  /** Nobody was ever told of it: what is left of a start that a crash of the daemon cut off. */
  async #stopUnknown(name: string, process: ProcessIdentity) {
    const { accounts, engine, log } = this.#deps
    log.warn({ event: 'unknown instance stopped', container: name })
    await engine.stop({ container: name, account: accounts.main, process }, 0)
  }

  /** After a damaged `save`: what runs and is not in the backup has a copy of its record beside. */
  async #recoverLost() {
    const { home, store, lifecycle, log } = this.#deps
    for (const name of (await this.#runningInstances()).keys()) {
      if (store.get(name)) continue
      const record = ContainerRecord.safeParse(await readCopy(join(home.records, name)))
      if (!record.success) continue
      await lifecycle.save(record.data)
      log.warn({ event: 'container taken back', container: name })
    }
  }
}

const readCopy = async (path: string): Promise<unknown> => {
  try {
    return JSON.parse(await readFile(path, 'utf8'))
  } catch {
    return undefined // no copy, or a broken one: then there is nothing to take back
  }
}
