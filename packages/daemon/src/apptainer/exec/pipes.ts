import { closeSync, constants, openSync, unlinkSync } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { runTool } from '../../host/tool.ts'

/** A pipe, by a descriptor for each of its ends. */
export interface Pipe {
  /** The daemon's end; it never blocks. */
  readonly ours: number
  /** The program's end. */
  readonly theirs: number
}

const batch = 64

/**
 * Pipes for the standard streams of programs. Node gives its children sockets, which no program can open again: with these,
 * `echo >/dev/stderr` works. Node can't make pipes either, so named ones are made in a folder of the daemon's, many at once,
 * and lose their name when they are opened.
 */
export class Pipes {
  readonly #folder: string
  readonly #stock: string[] = []
  #filling: Promise<void> | undefined
  #made = 0

  constructor(folder: string) {
    this.#folder = folder
  }

  /** Opens one through which a program reads, or writes. */
  async open(theirs: 'reads' | 'writes'): Promise<Pipe> {
    let path = this.#stock.pop()
    while (path === undefined) {
      this.#filling ??= this.#fill().finally(() => {
        this.#filling = undefined
      })
      await this.#filling
      path = this.#stock.pop()
    }
    return openPipe(path, theirs)
  }

  async #fill() {
    if (this.#made === 0) await rm(this.#folder, { recursive: true, force: true }) // what an earlier daemon left
    await mkdir(this.#folder, { recursive: true, mode: 0o700 })
    const paths = Array.from({ length: batch }, (_, index) => join(this.#folder, String(this.#made + index)))
    // Whoever has the descriptor may open the pipe again, as any user of the container; nobody else gets at it.
    const { ok, stderr } = await runTool('mkfifo', '-m', '666', '--', ...paths)
    if (!ok) throw new Error(`${this.#folder}: no pipes could be made: ${stderr.trim()}`)
    this.#made += batch
    this.#stock.push(...paths)
  }
}

const { O_NONBLOCK, O_RDONLY, O_RDWR, O_WRONLY } = constants

const openPipe = (path: string, theirs: 'reads' | 'writes'): Pipe => {
  // Opened both ways first: to open one end waits for the other (fifo(7)).
  const both = openSync(path, O_RDWR | O_NONBLOCK)
  const opened = [both]
  try {
    const open = (flags: number) => {
      const fd = openSync(path, flags)
      opened.push(fd)
      return fd
    }
    const pipe =
      theirs === 'reads'
        ? { theirs: open(O_RDONLY), ours: open(O_WRONLY | O_NONBLOCK) }
        : { theirs: open(O_WRONLY), ours: open(O_RDONLY | O_NONBLOCK) }
    opened.length = 1
    return pipe
  } finally {
    for (const fd of opened) closeSync(fd)
    unlinkSync(path)
  }
}
