import type { EventItem, EventType } from '@aptorch/shared'
import type { Log } from '../log.ts'
import { History, kept } from './history.ts'

/** What an event is about. */
export type Subject = Pick<EventItem, 'container_name' | 'image' | 'labels'>

const nothing: Subject = { container_name: null, image: null, labels: {} }

/** All that happens, told to whoever wants to know. A reader that is too slow misses events, and is told so. */
export class Events {
  readonly #history: History
  readonly #log: Log
  readonly #waiting = new Set<() => void>()

  private constructor(history: History, log: Log) {
    this.#history = history
    this.#log = log
  }

  static async open(path: string, log: Log): Promise<Events> {
    return new Events(await History.open(path, (err) => log.error({ event: 'events not read', path, err })), log)
  }

  emit(type: EventType, subject: Partial<Subject>, details: EventItem['details']): void {
    const event = { time: new Date().toISOString(), type, ...nothing, ...subject, details }
    this.#history.add(event, (err) => this.#log.error({ event: 'event not saved', err }))
    for (const wake of [...this.#waiting]) wake()
  }

  /** Resolves at the next event, or when the signal is aborted. */
  changed(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        this.#waiting.delete(wake)
        signal.removeEventListener('abort', wake)
        resolve()
      }
      if (signal.aborted) return resolve()
      this.#waiting.add(wake)
      signal.addEventListener('abort', wake)
    })
  }

  /**
   * The events from an id on, or since a moment in milliseconds since 1970, or from now on; with `follow` also those that come,
   * until the signal is aborted. Where some are not known any more, a `missed` stands in their place.
   */
  read(
    from: { id: number } | { moment: number } | 'now',
    follow: boolean,
    signal: AbortSignal,
  ): AsyncGenerator<EventItem> {
    const { next } = this.#history
    const first = from === 'now' ? next : 'id' in from ? from.id : this.#since(from.moment)
    // Ids that were never given: what was known is lost, as after a machine's crash.
    return this.#readFrom(first > next ? 0 : first, follow, signal)
  }

  async *#readFrom(first: number, follow: boolean, signal: AbortSignal): AsyncGenerator<EventItem> {
    const history = this.#history
    let next = first
    while (!signal.aborted) {
      if (next < history.first) {
        yield missed(history.first)
        next = history.first
      }
      const event = history.at(next)
      if (event) {
        next++
        yield event
      } else if (follow) await this.changed(signal)
      else return
    }
  }

  /** Resolves when all is on disk. */
  async close(): Promise<void> {
    await this.#history.settled()
  }

  /** When the history begins later than that, what was before it is missing. */
  #since(moment: number): number {
    const at = this.#history.since(moment)
    return at === this.#history.first && at > 1 && this.#history.next - at >= kept ? at - 1 : at
  }
}

const missed = (first: number): EventItem => ({
  id: String(first - 1),
  time: new Date().toISOString(),
  type: 'missed',
  ...nothing,
  details: {},
})
