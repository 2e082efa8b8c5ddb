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
  const readers = new Map([take('stdout', stdout), ...(stderr ? [take('stderr', stderr)] : [])])
  try {
    while (readers.size > 0) {
      const { name, done, chunk, next } = await Promise.race([...readers.values()].map((reader) => reader.pending))
      if (done) readers.delete(name)
      else {
        readers.set(name, next())
        yield { stream: name, ...toJsonBytes(chunk) }
      }
    }
  } finally {
    stdout.destroy()
    stderr?.destroy()
  }
}

type Name = 'stdout' | 'stderr'

interface Reader {
  readonly pending: Promise<{ name: Name; done: boolean; chunk: Buffer; next: () => Reader }>
}

const take = (name: Name, stream: Readable): [Name, Reader] => {
  const chunks = wholeCharacters(stream)[Symbol.asyncIterator]()
  const read = (): Reader => ({
    pending: chunks.next().then(({ done = false, value }) => ({ name, done, chunk: value ?? Buffer.of(), next: read })),
  })
  return [name, read()]
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
