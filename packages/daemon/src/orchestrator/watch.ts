import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Engine } from '../engine.ts'
import type { Exclusive } from '../exclusive.ts'
import type { Home } from '../home.ts'
import type { Account } from '../host/account.ts'
import { isAlive, readBootId } from '../host/process.ts'
import type { Log } from '../log.ts'
import type { Logs } from '../logs/logs.ts'
import { ContainerRecord } from '../store/record.ts'
import type { Store } from '../store/store.ts'
import type { Accounts } from './accounts.ts'
import type { Confinement } from './confinement.ts'
import type { HealthChecks } from './health.ts'
import type { Lifecycle } from './lifecycle.ts'
import { type Look, planStep } from './plan.ts'
import { isActive } from './view.ts'

export interface WatchDeps {
  readonly home: Home
  readonly store: Store
  readonly engine: Engine
  readonly accounts: Accounts
  readonly exclusive: Exclusive
  readonly lifecycle: Lifecycle
  readonly confinement: Confinement
  readonly logs: Logs
  readonly health: HealthChecks
  readonly log: Log
}

const roundMs = 250

/**
 * Looks again and again at what runs and brings what is known in line with it. The first round, at the daemon's start, takes
 * back what outlived the daemon before it.
 */
export class Watch {
  readonly #deps: WatchDeps
  readonly #troubles = new Map<string, string>()
  readonly #stopping = new AbortController()
  #rounds: Promise<void> | undefined

  constructor(deps: WatchDeps) {
    this.#deps = deps
  }

  /** Does the first round and goes on in the background. */
  async start(): Promise<void> {
    await this.round()
    this.#rounds = this.#goOn()
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    await this.#rounds
  }

  /**
   * One look at everything. Resolves when all is looked at and noted; what takes longer (a start after a reboot) goes on
   * by itself. A failure with one container leaves the others alone.
   */
  async round(): Promise<void> {
    const instances = await this.#instances()
    const names = new Set([...instances.keys(), ...this.#deps.store.all().map((record) => record.name)])
    const looks = [...names].map(
      (name) => new Promise<void>((looked) => this.#lookAfter(name, instances.get(name), looked)),
    )
    await Promise.all(looks)
  }

  async #lookAfter(name: string, owner: Account | undefined, looked: () => void) {
    try {
      await this.#deps.exclusive.tryRun(name, () => this.#attend(name, owner, looked))
      this.#troubles.delete(name)
    } catch (error) {
      this.#tell(name, error)
    } finally {
      looked()
    }
  }

  /** Says a trouble that lasts once, not with each round. */
  #tell(name: string, error: unknown) {
    const message = error instanceof Error ? error.message : String(error)
    if (this.#troubles.get(name) === message) return
    this.#troubles.set(name, message)
    this.#deps.log.error({ event: 'container not attended to', container: name, err: error })
  }

  async #goOn() {
    while (!this.#stopping.signal.aborted) {
      await sleep(roundMs, undefined, { signal: this.#stopping.signal }).catch(() => undefined)
      if (this.#stopping.signal.aborted) return
      try {
        await this.round()
        this.#deps.health.round(Date.now())
        await this.#deps.logs.ensure()
      } catch (error) {
        this.#deps.log.error({ event: 'look failed', err: error })
      }
    }
  }

  async #attend(name: string, owner: Account | undefined, looked: () => void) {
    const { store, lifecycle, log } = this.#deps
    const record = store.get(name)
    if (!record) {
      if (owner) await this.#stopUnknown(name, owner)
      return
    }
    const step = planStep(record, await this.#look(record), Date.now())
    switch (step.do) {
      case 'nothing':
        return
      case 'adopt':
        await lifecycle.adopt(record, step.process)
        return
      case 'finish':
        await lifecycle.finish({ ...record, process: step.process }, step.exitCode)
        return
      case 'note pause':
        await lifecycle.save({ ...record, state: step.state })
        return
      case 'stop stray':
        log.warn({ event: 'stray instance stopped', container: name, state: record.state })
        await lifecycle.endProcesses({ ...record, process: step.process }, 0)
        return
      case 'start again':
        await lifecycle.startAgain(record, looked)
        return
      case 'doubt':
        await lifecycle.save({ ...record, state: 'unknown', error: step.reason })
        return
      case 'note end':
        await lifecycle.noteEnd(record, step.state, step.exitCode, step.error)
    }
  }

  async #look(record: ContainerRecord): Promise<Look> {
    const { engine, accounts, confinement } = this.#deps
    try {
      const exitCode = await engine.exitCode(record.name)
      const known = record.process && isAlive(record.process) ? record.process : undefined
      const process = known ?? (await engine.find(record.name, await accounts.get(record.spec.account)))
      if (process) return { found: 'alive', process, exitCode, frozen: await confinement.isFrozen(record.name) }
      const outOfMemory = isActive(record) && (await confinement.ranOutOfMemory(record.name))
      return { found: 'gone', exitCode, rebooted: record.boot_id !== readBootId(), outOfMemory }
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      return { found: 'unreadable', reason: `its processes can't be looked at: ${reason}` }
    }
  }

  /** Whose instance each is that the engine has a record of, by container name. */
  async #instances(): Promise<Map<string, Account>> {
    const { accounts, engine, store } = this.#deps
    const all = new Map<string, Account>()
    for (const name of new Set([accounts.main.name, ...store.all().map((record) => record.spec.account)])) {
      const account = await accounts.get(name).catch(() => undefined) // gone from the host: its containers' looks say so
      if (!account) continue
      for (const container of await engine.instances(account)) all.set(container, account)
    }
    return all
  }

  /** Nobody was ever told of it: what is left of a start that a crash of the daemon cut off. */
  async #stopUnknown(name: string, account: Account) {
    const { engine, log } = this.#deps
    const process = await engine.find(name, account)
    if (!process) return
    log.warn({ event: 'unknown instance stopped', container: name })
    await engine.stop({ container: name, account, process }, 0)
    await engine.forget(name, account)
  }

  /** After a damaged `save`: what runs and is not in the backup has a copy of its record beside. */
  async recoverLost(): Promise<void> {
    const { home, store, lifecycle, log } = this.#deps
    if (!store.recovered) return
    for (const name of (await this.#instances()).keys()) {
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
