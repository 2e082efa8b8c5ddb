import { isEntry, isPartial, type Stream, streamOf } from '../logger/entry.ts'
import { linesBefore } from './blocks.ts'
import type { Part } from './parts.ts'

export interface Place {
  /** Index of the file. */
  readonly part: number
  readonly offset: number
}

/**
 * Where the last `count` lines begin of those entries that match, in files that are oldest first; where the last file ends when
 * there are none. An entry that is a part belongs to the line that goes on in the next entry of its stream.
 */
export const findTail = async (
  parts: readonly Part[],
  count: number,
  matches: (entry: Buffer) => boolean,
): Promise<Place> => {
  const begun = new Set<Stream>()
  let lines = 0
  let place: Place | undefined
  for (const [part, { file }] of [...parts.entries()].toReversed()) {
    for await (const { bytes, start } of linesBefore(file, (await file.stat()).size)) {
      place ??= { part, offset: start + bytes.length + 1 }
      if (!isEntry(bytes) || !matches(bytes)) continue
      const stream = streamOf(bytes)
      if (!isPartial(bytes) || !begun.has(stream)) lines += 1
      if (lines > count) return place
      begun.add(stream)
      place = { part, offset: start }
    }
  }
  return place ?? { part: 0, offset: 0 }
}
