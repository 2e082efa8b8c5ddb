import { Transform, type TransformCallback } from 'node:stream'
import { type ExecFailure, failurePrefixes } from './failure.ts'

// A launcher that has printed why it failed ends at once; a program that prints the like goes on, and is held up so long.
const holdMs = 1000
const longestLine = 4096

/**
 * Passes on what a program prints, live. Only what looks like a launcher's last words is held back, until it is known
 * whether they are: they are the first line, and nothing comes after it.
 */
export class ExecFilter extends Transform {
  #held = ''
  #passing = false
  #ended = false
  #timer: NodeJS.Timeout | undefined
  readonly #decided = Promise.withResolvers<void>()
  readonly #settled = Promise.withResolvers<void>()

  /** To be called at the program's end: what is held then is read, and replaced when it says why it never ran. */
  async settle(exitCode: number, read: (line: string) => ExecFailure | undefined): Promise<ExecFailure | undefined> {
    if (![126, 127, 255].includes(exitCode)) {
      this.#pass()
      return undefined
    }
    this.#timer ??= setTimeout(() => this.#pass(), holdMs)
    await this.#decided.promise
    const failure = this.#ended && !this.#passing ? read(this.#held) : undefined
    if (failure) this.#held = Buffer.from(`${failure.says}${endOf(this.#held)}`).toString('latin1')
    this.#pass()
    return failure
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    if (this.#passing) {
      done(null, chunk)
      return
    }
    this.#held += chunk.toString('latin1') // byte for byte
    if (mayBeLastWords(this.#held)) this.#timer ??= setTimeout(() => this.#pass(), holdMs)
    else this.#pass()
    done()
  }

  override _flush(done: TransformCallback): void {
    this.#ended = true
    this.#decided.resolve()
    if (this.#held === '') this.#pass()
    void this.#settled.promise.then(() => done())
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#pass()
    done(error)
  }

  #pass() {
    clearTimeout(this.#timer)
    if (this.#held !== '' && !this.destroyed) this.push(Buffer.from(this.#held, 'latin1'))
    this.#held = ''
    this.#passing = true
    this.#decided.resolve()
    this.#settled.resolve()
  }
}

/** A terminal ends its lines with two characters. */
const endOf = (line: string) => (line.endsWith('\r\n') ? '\r\n' : '\n')

const mayBeLastWords = (text: string): boolean => {
  const newline = text.indexOf('\n')
  if (text.length > longestLine || (newline >= 0 && newline < text.length - 1)) return false
  return failurePrefixes.some((prefix) => text.startsWith(prefix) || prefix.startsWith(text))
}
