import { apiError } from '@aptorch/shared'
import type { Exclusive } from '../exclusive.ts'
import type { ContainerRecord } from '../store/record.ts'
import type { Store } from '../store/store.ts'

/** Lets operations in: alone on their container, none once the daemon is shutting down. */
export class Gate {
  readonly #store: Store
  readonly #exclusive: Exclusive
  readonly #closing = new AbortController()

  constructor({ store, exclusive }: { store: Store; exclusive: Exclusive }) {
    this.#store = store
    this.#exclusive = exclusive
  }

  /** An operation on a name, whether or not there is a container of that name. */
  async onName<Result>(name: string, operation: () => Promise<Result>): Promise<Result> {
    this.refuseClosed()
    try {
      return await this.#exclusive.run(name, operation)
    } catch (error) {
      throw this.closing.aborted ? shuttingDown(error) : error
    }
  }

  /** An operation on a container that is known. One that is being created is not waited for: that can take an hour. */
  async onContainer<Result>(name: string, operation: (record: ContainerRecord) => Promise<Result>): Promise<Result> {
    if (this.known(name).state === 'creating') {
      throw apiError('being_created', `${name} is still being created; try again when it runs (or has failed)`)
    }
    return this.onName(name, async () => operation(this.known(name)))
  }

  /** What is known of a container. Throws an ApiError when there is none. */
  known(name: string): ContainerRecord {
    const record = this.#store.get(name)
    if (!record) throw apiError('container_not_found', `there is no container "${name}"`)
    return record
  }

  /** Lets nothing more in, and ends what only waits. */
  close(): void {
    this.#closing.abort()
  }

  /** Aborted when the daemon shuts down. */
  get closing(): AbortSignal {
    return this.#closing.signal
  }

  /**
   * A stream that goes on until its caller leaves. One that the daemon's end cuts off says so, or it would look as if there were
   * no more to come.
   */
  untilClosed<Item>(signal: AbortSignal, make: (over: AbortSignal) => AsyncIterable<Item>): AsyncGenerator<Item> {
    return this.#toldOfEnd(make(AbortSignal.any([signal, this.closing])))
  }

  async *#toldOfEnd<Item>(items: AsyncIterable<Item>): AsyncGenerator<Item> {
    yield* items
    this.refuseClosed()
  }

  refuseClosed(): void {
    if (this.closing.aborted) throw shuttingDown()
  }

  /** Resolves when nothing is under way, or after that many milliseconds. */
  async idle(timeoutMs: number): Promise<void> {
    await this.#exclusive.idle(timeoutMs)
  }
}

/** While the truth can't be read, nothing is done that could be wrong. */
export const refuseUnknown = ({ name, state, error }: ContainerRecord): void => {
  if (state === 'unknown') throw apiError('state_unknown', `${name} may still be running: ${error}`)
}

const shuttingDown = (cause?: unknown) =>
  apiError('shutting_down', 'the daemon is shutting down; containers go on running; ask again when it is back', cause)
