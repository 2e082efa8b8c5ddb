import type { Caller } from '@aptorch/shared'
import type { ChalkInstance } from 'chalk'

/** All that the command line knows of the world around it; `main.ts` makes the real one. */
export interface World extends Caller {
  readonly args: readonly string[]
  readonly cwd: string
  /** Standard input, which is opened by the first who asks for it. */
  readonly stdin: () => Input
  readonly stdout: Stream
  readonly stderr: Stream
  /** Aborted when the caller wants it to end. */
  readonly signal: AbortSignal
}

export interface Stream {
  /** Returns false when `drained` should be waited for before the next. */
  readonly write: (chunk: string | Uint8Array) => boolean
  /** Rejects when the caller wants it to end meanwhile. */
  readonly drained: () => Promise<void>
  /** Its size as it is now when it is a terminal that can be drawn on, else undefined. */
  readonly columns: number | undefined
  readonly rows: number | undefined
  readonly paint: ChalkInstance
  /** Whether it is a terminal at all. */
  readonly isTerminal: boolean
}

export interface Input {
  /** Its bytes as they come. Only one may read them. */
  readonly chunks: AsyncIterable<Uint8Array>
  readonly terminal: Terminal | undefined
  /** Reads no more, whatever is still to come. */
  readonly close: () => void
}

/** The terminal that the caller sits at. */
export interface Terminal {
  readonly size: () => ScreenSize
  /** Calls at every change of the size; returns what ends that. */
  readonly onResize: (listener: () => void) => () => void
  /** Raw: every key comes as it is, Ctrl-C too, and what is printed is not touched. Else as it was found. */
  readonly setRaw: (raw: boolean) => void
}

export interface ScreenSize {
  readonly rows: number
  readonly columns: number
}

/** Writes, and resolves when there is room for more. */
export const flow = async (stream: Stream, chunk: string | Uint8Array): Promise<void> => {
  if (!stream.write(chunk)) await stream.drained()
}
