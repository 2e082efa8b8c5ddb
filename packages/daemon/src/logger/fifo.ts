import { closeSync, constants, fstatSync, lstatSync, openSync, readSync } from 'node:fs'
import { Socket } from 'node:net'

const { O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = constants

export interface FifoEvents {
  /** Something was read. The bytes are the caller's again when this returns. */
  readonly take: (chunk: Buffer) => void
  /** The last writer has gone, and all that it wrote was taken. */
  readonly end: () => void
}

/**
 * The reading end of a FIFO that containers write into, one after the other. When the last writer is gone it is opened again
 * for the next, and only then closed: with no end open at all, the kernel would throw away what is in it.
 */
export class Fifo {
  readonly #path: string
  readonly #buffer: Buffer
  readonly #events: FifoEvents
  #socket: Socket
  #descriptor: number

  /**
   * Throws when there is no FIFO at that path. `buffer` is filled and emptied within one turn of the event loop, so all
   * FIFOs of a process can share it.
   */
  constructor(path: string, buffer: Buffer, events: FifoEvents) {
    this.#path = path
    this.#buffer = buffer
    this.#events = events
    this.#descriptor = openFifo(path)
    this.#socket = this.#listen()
  }

  /** Whether it reads what lies at its path now. */
  isInPlace(): boolean {
    const found = lstatSync(this.#path, { throwIfNoEntry: false })
    return !this.#socket.destroyed && found?.ino === fstatSync(this.#descriptor).ino
  }

  /** Takes what is in it now, no more than about `limit` bytes. Whether that is all: nobody has it open for writing. */
  drain(limit: number): boolean {
    for (let total = 0; total < limit; ) {
      if (this.#socket.destroyed) return true
      const count = readNow(this.#descriptor, this.#buffer)
      if (count === 0) return true
      if (count === undefined) return false
      this.#events.take(this.#buffer.subarray(0, count))
      total += count
    }
    return false
  }

  close(): void {
    this.#socket.removeAllListeners('end').destroy()
    this.#events.end()
  }

  #listen(): Socket {
    const callback = (count: number) => {
      this.#events.take(this.#buffer.subarray(0, count))
      return true
    }
    const onread = { buffer: this.#buffer, callback }
    const socket = new Socket({ fd: this.#descriptor, readable: true, writable: false, onread })
    // An error destroys it; whoever attaches the container the next time finds it not in place.
    return socket.once('error', this.#events.end).once('end', () => this.#again())
  }

  #again() {
    this.#events.end()
    try {
      this.#descriptor = openFifo(this.#path)
    } catch {
      return // it was taken away: not in place either
    }
    this.#socket = this.#listen()
  }
}

/** A container may have put something else in its place: no link is followed, nothing but a FIFO is read. */
const openFifo = (path: string): number => {
  const descriptor = openSync(path, O_RDONLY | O_NONBLOCK | O_NOFOLLOW)
  if (fstatSync(descriptor).isFIFO()) return descriptor
  closeSync(descriptor)
  throw new Error(`${path} is not a FIFO`)
}

/** How many bytes came; 0 when nobody can write any more, undefined when there is nothing yet. */
const readNow = (descriptor: number, buffer: Buffer): number | undefined => {
  try {
    return readSync(descriptor, buffer)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return undefined
    throw error
  }
}
