import { setTimeout as sleep } from 'node:timers/promises'
import { compareTime, isEntry, isPartial, type Stream, stamp, streamOf, textOf, timeOf } from '../logger/entry.ts'
import { linesFrom } from './blocks.ts'
import { addNewer, closeParts, openParts } from './parts.ts'
import { findTail } from './tail.ts'

export interface ReadOptions {
  /** Only the last so many lines of the streams chosen, counted at the start; null for all. */
  readonly tail: number | null
  /** Only what was printed then or later. */
  readonly since: Date | null
  /** Only what was printed before then; `follow` ends then too. */
  readonly until: Date | null
  readonly streams: readonly Stream[]
  /** Goes on with what comes, over rotations too, until `ended` says true and all is read. */
  readonly follow: boolean
  /** Whether the container isn't active any more, and its output is settled. */
  readonly ended: () => boolean
  /** Ends the reading, without an error. */
  readonly signal: AbortSignal
}

export interface Entry {
  /** RFC 3339 in UTC with nine digits of a second. */
  readonly time: string
  readonly stream: Stream
  /** The bytes as they were printed, without a newline: not always UTF-8. */
  readonly text: Buffer
  /** The line goes on in the next entry of this stream, or was cut off by the container's end. */
  readonly partial: boolean
}

/** The second one stands where the reader was too slow: entries may be gone that were written there. */
export type Piece = Entry | { readonly missed: true }

// A kernel's watches are few for each user, and would have to be told from the rotation's own; a look costs microseconds.
const pollMs = 50

/**
 * Reads the log of a container in blocks, each when it is asked for. Whoever reads slowly keeps as many files from being
 * removed as there were at its start, by their open descriptors, and never more.
 */
export async function* readLog(folder: string, options: ReadOptions): AsyncGenerator<Piece, void, undefined> {
  const { tail, until, follow, ended, signal } = options
  const matches = matcher(options)
  const isOver = () => !follow || ended() || (until !== null && Date.now() >= until.getTime())
  const parts = await openParts(folder)
  try {
    // Without `follow`, what comes while it reads is not for it: it may come faster than anybody reads.
    const last = parts.at(-1)
    const limit = follow || !last ? undefined : (await last.file.stat()).size
    const place = tail === null ? { part: 0, offset: 0 } : await findTail(parts, tail, matches)
    await closeParts(parts.splice(0, place.part))
    let { offset } = place

    while (!signal.aborted) {
      // Looked at in this order: when it is over, all is there; when a file has a newer one, all of it is there.
      const over = isOver()
      const missed = follow && parts.length < 2 && (await addNewer(folder, parts))
      const [part] = parts
      if (part) {
        for await (const line of linesFrom(part.file, offset, part === last ? limit : undefined)) {
          offset = line.next
          if (isEntry(line.bytes) && matches(line.bytes)) yield entryOf(line.bytes)
          if (signal.aborted) return
        }
      }
      if (missed) yield { missed }
      if (parts.length > 1) {
        await closeParts(parts.splice(0, 1))
        offset = 0
      } else if (over) return
      else await sleep(pollMs, undefined, { signal }).catch(() => undefined) // aborted: the loop ends by itself
    }
  } finally {
    await closeParts(parts)
  }
}

const matcher = ({ streams, since, until }: ReadOptions) => {
  const from = since && Buffer.from(stamp(since.getTime()))
  const to = until && Buffer.from(stamp(until.getTime()))
  return (entry: Buffer) =>
    streams.includes(streamOf(entry)) &&
    (from === null || compareTime(entry, from) >= 0) &&
    (to === null || compareTime(entry, to) < 0)
}

const entryOf = (entry: Buffer): Entry => ({
  time: timeOf(entry),
  stream: streamOf(entry),
  text: textOf(entry),
  partial: isPartial(entry),
})
