import { readdir, rm } from 'node:fs/promises'
import type { Home } from '../home.ts'
import { type Account, ownAccount } from '../host/account.ts'
import { makeFolder } from '../host/folders.ts'
import type { Log } from '../log.ts'
import type { LogLimits } from '../logger/log-file.ts'
import { holdFifos, makeFifos } from './fifos.ts'
import { LoggerLink } from './link.ts'
import { type Piece, type ReadOptions, readLog } from './read.ts'

export interface LogsOptions extends LogLimits {
  readonly home: Home
  /** The command that starts a logger; the folder comes after it as the last argument. */
  readonly program: readonly string[]
  readonly log: Log
}

/** Nothing is made, and no logger started, before one is needed. */
export const openLogs = (options: LogsOptions): Logs => new Logs(options)

// The kernel closes what a process holds before anybody hears that it has ended: all but a look at it is for the unforeseen.
const settleMs = 2000

/**
 * What containers print: kept by a logger, a process of its own that outlives the daemon, and read back from its files.
 * Operations on one container must not overlap; `read` may.
 */
export class Logs {
  readonly #options: LogsOptions
  readonly #link: LoggerLink
  /** With what lets go of their FIFOs. */
  readonly #attached = new Map<string, () => void>()
  #ensuring = false

  constructor(options: LogsOptions) {
    this.#options = options
    this.#link = new LoggerLink(options.home.logs, options.program)
  }

  /**
   * Makes all ready for a container's start: the folder of its start with the FIFOs in it, and somebody who reads them. No
   * process of the container may run. Rejects with an Error when its output could not be kept; what is ready then, or when the
   * start fails, `settle` takes back.
   */
  async prepare(container: string, account: Account): Promise<void> {
    const folder = this.#options.home.runOf(container)
    try {
      await makeFolder(folder, { uid: ownAccount().uid, gid: account.gid, mode: 0o750 })
      await makeFifos(folder, account)
      await this.#attach(container)
    } catch (error) {
      throw new Error(`the output of ${container} can't be kept: ${(error as Error).message}`, { cause: error })
    }
  }

  /** When all its processes have ended: waits until what they wrote is in the files. Whether it is. Never rejects. */
  async settle(container: string): Promise<boolean> {
    try {
      if (this.#attached.has(container)) await this.#reach()
      const answer = await this.#link.ask({ do: 'settle', container, withinMs: settleMs })
      return answer?.settled === true
    } catch (error) {
      this.#options.log.warn({ event: 'output not settled', container, err: error })
      return false
    } finally {
      this.#release(container)
    }
  }

  /** Removes what a container has printed. "Already gone" is success. */
  async forget(container: string): Promise<void> {
    this.#release(container)
    await this.#link.ask({ do: 'detach', container })
    await rm(this.#options.home.logsOf(container), { recursive: true, force: true })
  }

  /** At the daemon's start: has what runs attached, and forgets all but the containers known. Never rejects. */
  async sweep(containers: { readonly known: readonly string[]; readonly running: readonly string[] }): Promise<void> {
    const { home, log } = this.#options
    for (const container of containers.running) this.#hold(container)
    await this.ensure()
    try {
      const known = new Set(containers.known)
      const left = (await namesIn(home.logs)).filter((name) => !name.startsWith('.') && !known.has(name))
      for (const container of left) await this.forget(container)
    } catch (error) {
      log.warn({ event: 'old output not removed', err: error })
    }
  }

  /**
   * Brings back a logger that died and attaches again what was attached. To be called often: it costs nothing while the logger
   * lives. Never rejects; while there is no logger, containers wait as soon as their FIFOs are full.
   */
  async ensure(): Promise<void> {
    if (this.#attached.size === 0 || this.#link.isOpen() || this.#ensuring) return
    this.#ensuring = true
    try {
      await this.#reach()
    } catch (error) {
      this.#options.log.error({ event: 'no logger', containers: [...this.#attached.keys()], err: error })
    } finally {
      this.#ensuring = false
    }
  }

  /** What a container has printed, oldest first; nothing when it is unknown. */
  read(container: string, options: ReadOptions): AsyncGenerator<Piece, void, undefined> {
    return readLog(this.#options.home.logsOf(container), options)
  }

  /** Ends the logger when no container needs it, otherwise leaves it. Never rejects. */
  async close(): Promise<void> {
    for (const container of [...this.#attached.keys()]) this.#release(container)
    this.#link.close()
    try {
      await this.#link.ask({ do: 'end', always: false })
    } catch (error) {
      this.#options.log.warn({ event: 'logger not ended', err: error })
    }
  }

  async #attach(container: string) {
    await this.#reach()
    const answer = await this.#requestAttach(container).catch(() => undefined)
    if (answer === undefined) {
      // It has just died, or says no: in the second case it says so again, with its reason.
      this.#link.close()
      await this.#reach()
      await this.#requestAttach(container)
    }
    this.#hold(container)
  }

  #hold(container: string) {
    this.#release(container)
    try {
      this.#attached.set(container, holdFifos(this.#options.home.runOf(container)))
    } catch (error) {
      // One from before there were FIFOs prints elsewhere; nothing can be attached then.
      this.#options.log.warn({ event: 'output not attached', container, err: error })
    }
  }

  #release(container: string) {
    this.#attached.get(container)?.()
    this.#attached.delete(container)
  }

  async #reach() {
    const { uid, gid } = ownAccount()
    await makeFolder(this.#options.home.logs, { uid, gid, mode: 0o700 })
    await this.#link.reach(async () => {
      for (const container of this.#attached.keys()) await this.#tryAttachAgain(container)
    })
  }

  /** The failure of one leaves the others alone. */
  async #tryAttachAgain(container: string) {
    try {
      await this.#requestAttach(container)
    } catch (error) {
      this.#options.log.warn({ event: 'output not attached', container, err: error })
    }
  }

  #requestAttach(container: string) {
    const { home, maxSize, maxFiles } = this.#options
    const [fifos, folder] = [home.runOf(container), home.logsOf(container)]
    return this.#link.ask({ do: 'attach', container, fifos, folder, maxSize, maxFiles })
  }
}

const namesIn = (folder: string): Promise<string[]> =>
  readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw error
  })
