import { isUtf8 } from 'node:buffer'
import type { Readable } from 'node:stream'
import type { ExecItem } from '@aptorch/shared'

/** Bytes for JSON: text where they are UTF-8, else base64. */
export const toJsonBytes = (bytes: Buffer): { text: string } | { base64: string } =>
  isUtf8(bytes) ? { text: bytes.toString() } : { base64: bytes.toString('base64') }

/** Reads a stream to its end and keeps the first bytes of it. */
export const keepHead = async (stream: Readable, limit: number): Promise<{ text: string; truncated: boolean }> => {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    if (size < limit) chunks.push(chunk.subarray(0, limit - size))
    size += chunk.length
  }
  return { text: Buffer.concat(chunks).toString(), truncated: size > limit }
}

/** Both streams' chunks as they come. No more is read than is taken, and what is left when nobody takes more is dropped. */
export async function* interleave(stdout: Readable, stderr: Readable | null): AsyncGenerator<ExecItem> {
  const streams = [
    { name: 'stdout', stream: stdout } as const,
    ...(stderr ? [{ name: 'stderr', stream: stderr } as const] : []),
  ]
  const offered: Offer[] = []
  let wake = () => {}
  let left = streams.length
  let failure: unknown
  /** Never rejects. */
  const read = async ({ name, stream }: (typeof streams)[number]) => {
    try {
      for await (const chunk of wholeCharacters(stream)) {
        await new Promise<void>((taken) => {
          offered.push({ item: { stream: name, ...toJsonBytes(chunk) }, taken })
          wake()
        })
      }
    } catch (error) {
      failure ??= error
    } finally {
      left--
      wake()
    }
  }
  for (const each of streams) read(each)
  try {
    while (left > 0 || offered.length > 0) {
      const offer = offered.shift()
      if (offer) {
        yield offer.item
        offer.taken()
      } else
        await new Promise<void>((resolve) => {
          wake = resolve
        })
    }
    if (failure) throw failure
  } finally {
    for (const { stream } of streams) stream.destroy()
    for (const { taken } of offered) taken()
  }
}

interface Offer {
  readonly item: ExecItem
  readonly taken: () => void
}

/** Chunks that break no character of UTF-8 apart: such bytes wait for the next one, or the end. */
async function* wholeCharacters(stream: Readable): AsyncGenerator<Buffer, void, undefined> {
  let rest: Buffer = Buffer.of()
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    const bytes = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk
    const end = bytes.length - cutOff(bytes)
    rest = bytes.subarray(end)
    if (end > 0) yield bytes.subarray(0, end)
  }
  if (rest.length > 0) yield rest
}

/** How many bytes at the end begin a character that they do not finish (RFC 3629). */
const cutOff = (bytes: Buffer): number => {
  for (let count = 1; count <= Math.min(3, bytes.length); count++) {
    const byte = bytes[bytes.length - count] ?? 0
    if ((byte & 0xc0) === 0x80) continue
    const length = byte > 0xf4 ? 1 : byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc2 ? 2 : 1
    return length > count ? count : 0
  }
  return 0
}
