import { appendFile, open, rename } from 'node:fs/promises'
import { EventItem } from '@aptorch/shared'

/** How many events are kept at the least. */
export const kept = 1000

/**
 * The last events, in memory and in a file of a line of JSON each, so that ids go on growing over a daemon's restart and who
 * comes back finds what happened meanwhile. The file is written anew when it has grown to double of what is kept.
 */
export class History {
  readonly #path: string
  #events: EventItem[]
  #lines: number
  /** The id of the last one in the file. */
  #written: number
  #writing: Promise<void> = Promise.resolve()

  private constructor(path: string, events: EventItem[]) {
    this.#path = path
    this.#events = events
    this.#lines = events.length
    this.#written = this.next - 1
  }

  /**
   * Reads the end of what is there; lines that are damaged, as after a machine's crash, are passed over. What can't be read at
   * all is for `failed` to say, and then there is none: no event is worth a daemon that doesn't start.
   */
  static async open(path: string, failed: (error: unknown) => void): Promise<History> {
    const text = await readEnd(path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') failed(error)
      return ''
    })
    const lines = text.split('\n')
    const events: EventItem[] = []
    for (const line of lines) {
      const event = parseEvent(line)
      // Only such whose ids follow each other can be counted with.
      if (event && events.length > 0 && Number(event.id) !== Number(events.at(-1)?.id) + 1) events.length = 0
      if (event) events.push(event)
    }
    const history = new History(path, events.slice(-kept))
    const isWhole = lines.length === events.length + 1 && lines.at(-1) === ''
    if (!isWhole || events.length > kept) await history.#rewrite().catch(failed)
    return history
  }

  /** The id of the oldest event that is known, and of the one that comes next. */
  get first(): number {
    return this.next - this.#events.length
  }

  get next(): number {
    return Number(this.#events.at(-1)?.id ?? 0) + 1
  }

  at(id: number): EventItem | undefined {
    return this.#events[id - this.first]
  }

  /** The id of the first event since a moment, in milliseconds since 1970. */
  since(moment: number): number {
    const at = this.#events.findIndex(({ time }) => Date.parse(time) >= moment)
    return at < 0 ? this.next : this.first + at
  }

  /** Takes an event in. It is in the file soon; that it can't be written is for `failed` to say. */
  add(event: Omit<EventItem, 'id'>, failed: (error: unknown) => void): void {
    const whole = { id: String(this.next), ...event }
    this.#events.push(whole)
    if (this.#events.length > kept) this.#events.shift()
    this.#writing = this.#writing.then(() => this.#write(whole)).catch(failed)
  }

  /** Resolves when all is written. */
  async settled(): Promise<void> {
    await this.#writing
  }

  async #write(event: EventItem) {
    if (Number(event.id) <= this.#written) return // it was there when the file was written anew
    if (this.#lines >= 2 * kept) return await this.#rewrite()
    await appendFile(this.#path, `${JSON.stringify(event)}\n`, { mode: 0o600 })
    this.#lines++
    this.#written = Number(event.id)
  }

  async #rewrite() {
    const events = [...this.#events]
    const written = this.next - 1
    const path = `${this.#path}.new`
    await using file = await open(path, 'w', 0o600)
    await file.writeFile(events.map((event) => `${JSON.stringify(event)}\n`).join(''))
    await rename(path, this.#path)
    this.#lines = events.length
    this.#written = written
  }
}

// Far more than the events that are kept have; what is before that in a file is not theirs.
const readLimit = 32 * 1024 * 1024

const readEnd = async (path: string): Promise<string> => {
  await using file = await open(path, 'r')
  const { size } = await file.stat()
  const length = Math.min(size, readLimit)
  const { buffer } = await file.read(Buffer.alloc(length), 0, length, size - length)
  return buffer.toString()
}

const parseEvent = (line: string): EventItem | undefined => {
  try {
    return EventItem.safeParse(JSON.parse(line)).data
  } catch {
    return undefined // cut off, or empty
  }
}
