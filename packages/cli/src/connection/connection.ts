import { accessSync, constants, readFileSync } from 'node:fs'
import {
  type Answered,
  type Caller,
  callRoute,
  createTransport,
  downloadRoute,
  streamRoute,
  type Target,
  uploadRoute,
} from '@aptorch/shared'
import type { WebSocket } from 'ws'
import { findAddress, type Look } from './address.ts'
import { explain, lost } from './explain.ts'
import { openSocket } from './socket.ts'
import { findToken } from './token.ts'

type Request = Readonly<Record<string, unknown>>
type Chunks = AsyncIterable<Uint8Array>

/** Calls a route of the daemon. */
export type Call = (target: Target, request: Request) => Promise<Answered>

/** The daemon that was found. Whatever goes wrong comes as an error that says what to do. */
export interface Connection {
  readonly call: Call
  /** Reads the items of a stream. */
  readonly stream: (target: Target, request: Request) => AsyncGenerator<unknown, void, undefined>
  /** Reads bytes. */
  readonly download: (target: Target, request: Request) => Promise<Chunks>
  /** Sends bytes. */
  readonly upload: (target: Target, request: Request, body: Chunks) => Promise<Answered>
  /** Opens a WebSocket. */
  readonly open: (target: Target, request: Request) => Promise<WebSocket>
  /** The error of a connection that broke off in the middle. */
  readonly lost: (cause?: unknown) => Error
}

export const connect = (host: string | undefined, caller: Caller, signal: AbortSignal): Connection => {
  const found = findAddress(host, caller, look)
  const { address } = found
  // A socket is guarded by its permissions; the token has no business there.
  const token = address.kind === 'http' ? findToken(caller, (path) => readFileSync(path, 'utf8')) : undefined
  const transport = createTransport(address, token?.token)
  const explained = async <Result>(work: Promise<Result>): Promise<Result> => {
    try {
      return await work
    } catch (error) {
      throw explain(error, found, token)
    }
  }
  const explainedLater = async function* <Item>(items: AsyncIterable<Item>): AsyncGenerator<Item, void, undefined> {
    let begun = false
    try {
      for await (const item of items) {
        begun = true
        yield item
      }
    } catch (error) {
      throw begun ? lost(error, address) : explain(error, found, token)
    }
  }
  return {
    call: (target, request) => explained(callRoute(transport, target, request, { signal })),
    stream: (target, request) => explainedLater(streamRoute(transport, target, request, { signal })),
    download: async (target, request) =>
      explainedLater(await explained(downloadRoute(transport, target, request, { signal }))),
    upload: (target, request, body) => explained(uploadRoute(transport, target, request, body, { signal })),
    open: (target, request) => explained(openSocket(address, token?.token, target, request, signal)),
    lost: (cause) => lost(cause, address),
  }
}

const look: Look = (path) => {
  try {
    accessSync(path, constants.R_OK | constants.W_OK)
    return 'usable'
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EACCES' ? 'denied' : 'absent'
  }
}
