import type { FileHandle } from 'node:fs/promises'
import { entryLimit, newline } from '../logger/entry.ts'

// Holds several entries, however long.
const blockSize = 4 * entryLimit

/** A line of a file, without its newline, and where the next begins. */
export interface Line {
  readonly bytes: Buffer
  readonly next: number
}

/**
 * The lines of a file from an offset on, as many as are whole, none of them beyond `to`. What is longer than any entry is
 * passed over in pieces.
 */
export async function* linesFrom(file: FileHandle, from: number, to = Number.POSITIVE_INFINITY): AsyncGenerator<Line> {
  let at = from
  for (;;) {
    const block = await readBlock(file, at, Math.min(blockSize, to - at))
    let start = 0
    for (let end = block.indexOf(newline); end >= 0; end = block.indexOf(newline, start)) {
      yield { bytes: block.subarray(start, end), next: at + end + 1 }
      start = end + 1
    }
    if (start === 0 && block.length < blockSize) return
    at += start === 0 ? block.length : start
  }
}

/** The lines of a file backwards, from the last whole one before `to`; `start` is where each begins. */
export async function* linesBefore(file: FileHandle, to: number): AsyncGenerator<{ bytes: Buffer; start: number }> {
  let end = to
  while (end > 0) {
    const at = Math.max(0, end - blockSize)
    const block = await readBlock(file, at, end - at)
    let last = block.lastIndexOf(newline)
    if (last < 0) {
      end = at
      continue
    }
    for (let before = newlineBefore(block, last); before >= 0; before = newlineBefore(block, last)) {
      yield { bytes: block.subarray(before + 1, last), start: at + before + 1 }
      last = before
    }
    if (at === 0) {
      yield { bytes: block.subarray(0, last), start: 0 }
      return
    }
    // What is left of the block is the end of a line: the next block holds all of it, unless it is no entry.
    end = last + 1 === block.length ? at : at + last + 1
  }
}

const newlineBefore = (block: Buffer, end: number) => (end === 0 ? -1 : block.lastIndexOf(newline, end - 1))

/** A block of its own each time: whoever keeps a line keeps it unchanged. Shorter at the end of the file. */
const readBlock = async (file: FileHandle, at: number, length: number): Promise<Buffer> => {
  if (length <= 0) return Buffer.alloc(0)
  const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(length), 0, length, at)
  return buffer.subarray(0, bytesRead)
}
