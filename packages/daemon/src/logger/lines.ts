import { entryLimit, headLength, headOf, newline, type Stream, setTag, stamp, textLimit } from './entry.ts'

/** Where entries go, many at a time. What it is given is its own only until it returns. */
export type Append = (entries: Buffer) => void

/** How much is written in one go, in bytes. */
export const batchSize = 64 * 1024

/**
 * Makes entries of what one stream brings. Bytes are never decoded, so that what is not UTF-8 stays as it is. A line whose
 * end has not come yet is kept back, up to the limit of an entry.
 */
export class Lines {
  readonly #stream: Stream
  readonly #append: Append
  /** Filled and emptied within one call: all streams of a process can share it. */
  readonly #batch: Buffer
  #filled = 0
  #kept = Buffer.alloc(0)
  #keptLength = 0

  constructor(stream: Stream, batch: Buffer, append: Append) {
    this.#stream = stream
    this.#batch = batch
    this.#append = append
  }

  /** Takes the next bytes of the stream: all that are here get one time. */
  take(chunk: Buffer): void {
    const head = headOf(stamp(Date.now()), this.#stream)
    let from = 0
    while (from < chunk.length) {
      const found = chunk.indexOf(newline, from)
      const to = found < 0 ? chunk.length : found
      const room = textLimit - this.#keptLength
      if (to - from > room) {
        this.#put(head, true, chunk, from, from + room)
        from += room
      } else if (found < 0) {
        this.#keep(chunk, from)
        break
      } else {
        this.#put(head, false, chunk, from, to)
        from = to + 1
      }
    }
    this.#flush()
  }

  /** Nothing more comes, at least for now: what is kept of a line is a part. */
  end(): void {
    if (this.#keptLength > 0) this.#put(headOf(stamp(Date.now()), this.#stream), true, this.#kept, 0, 0)
    this.#flush()
  }

  #put(head: Buffer, partial: boolean, chunk: Buffer, from: number, to: number) {
    if (this.#batch.length - this.#filled < entryLimit) this.#flush()
    const batch = this.#batch
    setTag(head, partial)
    let at = this.#filled
    at += head.copy(batch, at, 0, headLength)
    at += this.#kept.copy(batch, at, 0, this.#keptLength)
    at += chunk.copy(batch, at, from, to)
    batch[at] = newline
    this.#filled = at + 1
    this.#keptLength = 0
  }

  #keep(chunk: Buffer, from: number) {
    if (this.#kept.length === 0) this.#kept = Buffer.alloc(textLimit)
    this.#keptLength += chunk.copy(this.#kept, this.#keptLength, from)
  }

  #flush() {
    if (this.#filled > 0) this.#append(this.#batch.subarray(0, this.#filled))
    this.#filled = 0
  }
}
