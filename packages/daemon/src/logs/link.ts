import type { Answer, Request } from '../logger/protocol.ts'
import { type Connection, openConnection } from './connection.ts'
import { reachLogger } from './reach.ts'

/**
 * The way to the logger of a folder. One connection is kept, to notice when the logger dies and to show it that it is needed;
 * each request has one of its own, since some take long.
 */
export class LoggerLink {
  readonly #folder: string
  readonly #program: readonly string[]
  #kept: Connection | undefined
  #reaching: Promise<void> | undefined

  constructor(folder: string, program: readonly string[]) {
    this.#folder = folder
    this.#program = program
  }

  isOpen(): boolean {
    return this.#kept?.isOpen() === true
  }

  /** Finds or starts a logger, unless there is one, and has `greet` done before anything else is asked of it. */
  reach(greet: () => Promise<void>): Promise<void> {
    if (this.isOpen()) return Promise.resolve()
    this.#reaching ??= this.#reach(greet).finally(() => {
      this.#reaching = undefined
    })
    return this.#reaching
  }

  /** Undefined when there is no logger. Rejects with its reason when it can't do what it is asked for. */
  async ask(request: Request): Promise<(Answer & { ok: true }) | undefined> {
    const connection = await openConnection(this.#folder)
    try {
      return await connection?.ask(request)
    } finally {
      connection?.close()
    }
  }

  close(): void {
    this.#kept?.close()
  }

  async #reach(greet: () => Promise<void>) {
    const connection = await reachLogger(this.#folder, this.#program)
    try {
      await greet()
    } catch (error) {
      connection.close()
      throw error
    }
    this.#kept = connection
  }
}
