import {
  closeSync,
  constants,
  fstatSync,
  ftruncateSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { countLines, headOf, newline, setTag, stamp } from './entry.ts'
import { fileName, numberOf } from './files.ts'

export interface LogLimits {
  /** Bytes that a file may have; one with a single batch of 64 KiB may have more. */
  readonly maxSize: number
  /** Files that are kept, the one being written included; at least one. */
  readonly maxFiles: number
}

const { O_APPEND, O_CREAT, O_NOFOLLOW, O_RDWR } = constants

/**
 * The file that a container's entries are appended to, and the older ones beside it.
 *
 * It writes synchronously: while a disk is slow nothing more is read, so that nothing piles up in memory, and a process that is
 * killed has nothing written twice or in a wrong order. What can't be written (a full disk) is dropped and counted, down to
 * whole entries; when writing works again, an entry on standard error says how many were lost.
 */
export class LogFile {
  limits: LogLimits
  readonly #folder: string
  #file: number | undefined
  #size = 0
  /** The file ends within an entry. */
  #torn = false
  #lost = 0
  #why = ''

  constructor(folder: string, limits: LogLimits) {
    this.#folder = folder
    this.limits = limits
    this.#removeBeyond(limits.maxFiles)
  }

  append(entries: Buffer): void {
    const notice = this.#lost > 0 ? this.#notice() : undefined
    const all = notice ? Buffer.concat([notice, entries]) : entries
    const noticed = notice?.length ?? 0
    const written = this.#write(all, noticed)
    this.#lost = (written === 0 ? this.#lost : 0) + countLines(all.subarray(Math.max(written, noticed)))
  }

  /** Closes the file; the next entries open it again. */
  close(): void {
    if (this.#lost > 0) this.append(Buffer.alloc(0))
    if (this.#file !== undefined) closeSync(this.#file)
    this.#file = undefined
  }

  /** Returns how many bytes got in, in whole entries: more than `least`, or none. */
  #write(entries: Buffer, least: number): number {
    let done = 0
    try {
      const file = this.#ready(entries.length)
      while (done < entries.length) done += writeSync(file, entries, done)
      this.#size += done
      return done
    } catch (error) {
      this.#why = (error as NodeJS.ErrnoException).code ?? String(error)
    }
    const fit = done === 0 ? 0 : entries.lastIndexOf(newline, done - 1) + 1
    const whole = fit > least ? fit : 0
    this.#size += whole
    if (whole < done) this.#cut()
    return whole
  }

  #ready(more: number): number {
    this.#file ??= this.#open()
    if (this.#size > 0 && this.#size + more > this.limits.maxSize) this.#file = this.#rotate(this.#file)
    if (this.#torn) this.#size += writeSync(this.#file, '\n')
    this.#torn = false
    return this.#file
  }

  #open(): number {
    const file = openSync(join(this.#folder, fileName(0)), O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW, 0o600)
    const { size } = fstatSync(file)
    const last = Buffer.alloc(1)
    this.#size = size
    this.#torn = size > 0 && readSync(file, last, 0, 1, size - 1) === 1 && last[0] !== newline
    return file
  }

  #rotate(full: number): number {
    const { maxFiles } = this.limits
    const path = (number: number) => join(this.#folder, fileName(number))
    if (maxFiles <= 1) rmSync(path(0), { force: true })
    for (let number = maxFiles - 1; number > 0; number--) move(path(number - 1), path(number))
    closeSync(full)
    this.#file = undefined
    return this.#open()
  }

  /** Takes what is there of an unfinished entry away again; what stays is closed off before the next one. */
  #cut() {
    try {
      if (this.#file !== undefined) ftruncateSync(this.#file, this.#size)
    } catch {
      this.#torn = true
    }
  }

  #notice() {
    const head = headOf(stamp(Date.now()), 'stderr')
    setTag(head, false)
    return Buffer.concat([head, Buffer.from(`aptorch: lines lost here: ${this.#lost}, not written: ${this.#why}\n`)])
  }

  #removeBeyond(count: number) {
    for (const name of readdirSync(this.#folder)) {
      if ((numberOf(name) ?? 0) >= count) rmSync(join(this.#folder, name), { force: true })
    }
  }
}

/** Nothing there to be moved is no failure: a crash between two moves leaves such a gap. */
const move = (from: string, to: string) => {
  try {
    renameSync(from, to)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
}
