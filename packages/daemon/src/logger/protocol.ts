import { closeSync, constants, openSync } from 'node:fs'
import type { LogLimits } from './log-file.ts'

/**
 * How a daemon and the logger of its home speak: JSON, a message a line, over a Unix socket. The logger says hello first;
 * then each request gets an answer.
 */
export const protocolVersion = 1

export interface Hello {
  readonly protocol: number
  readonly pid: number
}

export type Request =
  /** Keeps what comes out of the FIFOs in a folder. A container that is attached already gets new limits. */
  | ({
      readonly do: 'attach'
      readonly container: string
      readonly fifos: string
      readonly folder: string
    } & LogLimits)
  /** Detaches a container whose processes have ended, once all is in the files or `withinMs` have passed. */
  | { readonly do: 'settle'; readonly container: string; readonly withinMs: number }
  | { readonly do: 'detach'; readonly container: string }
  /** Ends the logger; unless `always`, only when no container is attached. Any version understands it. */
  | { readonly do: 'end'; readonly always: boolean }

/** Settled: all is in the files. Ended: the logger is about to end, and another one may start. */
export type Answer =
  | { readonly ok: true; readonly settled?: boolean; readonly ended?: boolean }
  | { readonly ok: false; readonly error: string }

/** What lies in the logger's folder beside the containers' folders, whose names never begin with a dot. */
export const socketName = '.socket'
export const lockName = '.lock'
export const complaintsName = '.complaints'

/** The exit code of a logger that another one is in the way of. */
export const takenCode = 3

/**
 * Opens a folder and gives the path of its socket by that descriptor: short, however deep the folder lies. The kernel takes
 * no more than 107 bytes for a socket's path (unix(7)).
 */
export const reachSocket = (folder: string): { path: string; close: () => void } => {
  const descriptor = openSync(folder, constants.O_RDONLY | constants.O_DIRECTORY)
  return { path: `/proc/self/fd/${descriptor}/${socketName}`, close: () => closeSync(descriptor) }
}
