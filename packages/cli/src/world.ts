import type { Caller } from '@aptorch/shared'
import type { ChalkInstance } from 'chalk'

/** All that the command line knows of the world around it; `main.ts` makes the real one. */
export interface World extends Caller {
  readonly args: readonly string[]
  readonly cwd: string
  readonly stdout: Stream
  readonly stderr: Stream
  /** Aborted when the caller wants it to end. */
  readonly signal: AbortSignal
}

export interface Stream {
  readonly write: (text: string) => unknown
  /** How wide it is when it is a terminal, else undefined. */
  readonly columns: number | undefined
  readonly paint: ChalkInstance
}
