import { closeSync } from 'node:fs'
import { Socket } from 'node:net'
import type { Readable, Writable } from 'node:stream'
import type { ExecOrder, TerminalSize } from '../../engine.ts'
import { ExecFilter } from './filter.ts'
import { openInput } from './input.ts'
import { openInputPipe } from './input-pipe.ts'
import { relay } from './output.ts'
import type { Pipe, Pipes } from './pipes.ts'

/** The standard streams of one program: the daemon's side of them, and the program's. */
export interface ExecStreams {
  /** The program's descriptors, until it has been started. */
  readonly stdio: readonly [number | 'ignore', number, number]
  readonly stdin: Writable | null
  readonly stdout: Readable
  readonly stderr: Readable | null
  /** Where a launcher says why it failed. */
  readonly filter: ExecFilter
  readonly resize: (size: TerminalSize) => void
  /** Tells the program by its terminal that it is to end; undefined without one. */
  readonly hangUp: (() => void) | undefined
  /** To be called once the program has been started: its descriptors are its own from then on. */
  started(): void
  /** To be called when the program has ended: its input is closed, and its output ends with what it has printed. */
  finish(): void
  /** To be called when nobody waits for more output: it ends soon, read or not. */
  cut(): void
  /** Closes everything at once. */
  destroy(): void
}

const quietMs = 200

export const openPipeStreams = async (pipes: Pipes, { stdin: wanted }: ExecOrder): Promise<ExecStreams> => {
  const opened: Pipe[] = []
  const keep = (pipe: Pipe) => {
    opened.push(pipe)
    return pipe
  }
  const closeTheirs = () => {
    for (const { theirs } of opened.splice(0)) closeSync(theirs)
  }
  try {
    const output = keep(await pipes.open('writes'))
    const error = keep(await pipes.open('writes'))
    const input = wanted ? keep(await openInputPipe()) : null
    const target = input && new Socket({ fd: input.ours, readable: false, writable: true })
    const filter = new ExecFilter()
    const outputs = [output, error].map(({ ours }) => new Socket({ fd: ours, readable: true, writable: false }))
    const [stdout, stderr] = [relay(outputs[0] as Socket, quietMs), relay(outputs[1] as Socket, quietMs, filter)]
    return {
      stdio: [input?.theirs ?? 'ignore', output.theirs, error.theirs],
      stdin: target && openInput(target, { end: (done) => target.end(done), abandon: () => target.destroy() }),
      stdout: stdout.stream,
      stderr: stderr.stream,
      filter,
      resize: () => undefined,
      hangUp: undefined,
      started: closeTheirs,
      finish: () => {
        target?.destroy()
        stdout.finish()
        stderr.finish()
      },
      cut: () => {
        stdout.cut()
        stderr.cut()
      },
      destroy: () => {
        closeTheirs()
        for (const stream of [target, stdout.stream, stderr.stream]) stream?.destroy()
      },
    }
  } catch (error) {
    for (const { ours } of opened) closeSync(ours)
    closeTheirs()
    throw error
  }
}
