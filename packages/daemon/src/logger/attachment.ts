import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { streams } from './entry.ts'
import { Fifo } from './fifo.ts'
import { Lines } from './lines.ts'
import { LogFile, type LogLimits } from './log-file.ts'

/** Memory that all containers share: nothing stays in it from one turn of the event loop to the next. */
export interface Buffers {
  /** What was read. */
  readonly input: Buffer
  /** What is to be written. */
  readonly batch: Buffer
}

export interface AttachOptions extends LogLimits {
  /** Folder with the FIFOs `stdout` and `stderr`. */
  readonly fifos: string
  /** Folder for the files; made when there is none. */
  readonly folder: string
  readonly buffers: Buffers
}

const settlePollMs = 10

// Per stream and look: one that writes without end must not keep us from all others.
const drainLimit = 1024 * 1024

/** A container whose output is kept. */
export class Attachment {
  readonly #file: LogFile
  readonly #fifos: readonly Fifo[]

  /** Throws when the FIFOs aren't there. */
  constructor({ fifos, folder, maxSize, maxFiles, buffers }: AttachOptions) {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    this.#file = new LogFile(folder, { maxSize, maxFiles })
    const opened: Fifo[] = []
    this.#fifos = opened
    try {
      for (const stream of streams) {
        const lines = new Lines(stream, buffers.batch, (entries) => this.#file.append(entries))
        const events = { take: (chunk: Buffer) => lines.take(chunk), end: () => lines.end() }
        opened.push(new Fifo(join(fifos, stream), buffers.input, events))
      }
    } catch (error) {
      this.close()
      throw error
    }
  }

  set limits(limits: LogLimits) {
    this.#file.limits = limits
  }

  /** Whether it still reads what the container writes into. */
  isInPlace(): boolean {
    return this.#fifos.every((fifo) => fifo.isInPlace())
  }

  /** Waits until nobody can write any more and all is in the files, or for that long. Whether all is. */
  async settle(withinMs: number): Promise<boolean> {
    const deadline = performance.now() + withinMs
    while (!this.drain()) {
      if (performance.now() >= deadline) return false
      await sleep(settlePollMs)
    }
    return true
  }

  /** Writes what is in the FIFOs now. Whether that is all there will be. */
  drain(): boolean {
    return this.#fifos.map((fifo) => fifo.drain(drainLimit)).every(Boolean)
  }

  /** What is kept of unfinished lines is written. */
  close(): void {
    for (const fifo of this.#fifos) fifo.close()
    this.#file.close()
  }
}
