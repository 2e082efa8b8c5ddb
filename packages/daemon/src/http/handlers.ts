import type { Readable } from 'node:stream'
import type { AnswerOf, ItemOf, RequestOf, RouteName, Routes, RouteWith } from '@aptorch/shared'
import type * as z from 'zod'
import type { Orchestrator } from '../orchestrator/orchestrator.ts'
import { nextPage } from './paging.ts'
import { serveTerminal } from './terminal.ts'
import type { Socket } from './upgrade.ts'

/** What a handler knows of a call beside its request, and may say beside its answer. */
export interface Call {
  setHeader(name: string, value: string): void
  /** Aborted when the caller has gone. */
  readonly signal: AbortSignal
  /** The id of the last event that a browser got before its connection broke off. */
  readonly lastEventId: string | undefined
}

type Answering<Name extends RouteWith<{ response: z.ZodType }>> = (
  request: RequestOf<Name>,
  call: Call,
) => Promise<AnswerOf<Name>>

/** What fails before the first item is answered as a failure. */
type Streaming<Name extends RouteWith<{ stream: z.ZodType }>> = (
  request: RequestOf<Name>,
  call: Call,
) => Promise<AsyncIterable<ItemOf<Name>>>

type HandlerOf<Name extends RouteName> =
  Name extends RouteWith<{ socket: true }>
    ? (request: RequestOf<Name>) => Promise<(socket: Socket) => void>
    : Name extends RouteWith<{ download: true }>
      ? (request: RequestOf<Name>, call: Call) => Promise<Readable>
      : Name extends RouteWith<{ upload: true; response: z.ZodType }>
        ? (request: RequestOf<Name>, call: Call, body: Readable) => Promise<AnswerOf<Name>>
        : Name extends RouteWith<{ response: z.ZodType; stream: z.ZodType }>
          ? { readonly answer: Answering<Name>; readonly stream: Streaming<Name> }
          : Name extends RouteWith<{ stream: z.ZodType }>
            ? Streaming<Name>
            : Name extends RouteWith<{ response: z.ZodType }>
              ? Answering<Name>
              : never

/** A handler a row of the route table: one missing or one too many does not compile. */
export type Handlers = { readonly [Name in keyof Routes]: HandlerOf<Name> }

export interface HandlerDeps {
  readonly orchestrator: Orchestrator
  readonly info: () => Promise<AnswerOf<'info'>>
}

export const createHandlers = ({ orchestrator, info }: HandlerDeps): Handlers => ({
  start: (request) => orchestrator.start(request),
  stop: (request) => orchestrator.stop(request),
  restart: (request) => orchestrator.restart(request),
  pause: (request) => orchestrator.pause(request),
  resume: (request) => orchestrator.resume(request),
  update: (request) => orchestrator.update(request),
  getcont: (request) => orchestrator.getcont(request),
  getallcont: async (request, { setHeader }) => {
    const { total, containers } = orchestrator.list(request)
    setHeader('X-Total-Count', String(total))
    const next = nextPage(request, total)
    if (next) setHeader('Link', `<${next}>; rel="next"`)
    return containers
  },
  deletecont: (request) => orchestrator.deletecont(request),
  deletecontdata: (request) => orchestrator.deletecontdata(request),
  createvolume: (request) => orchestrator.createvolume(request),
  removevolume: (request) => orchestrator.removevolume(request),
  exec: {
    answer: (request, { signal }) => orchestrator.exec(request, signal),
    stream: (request, { signal }) => orchestrator.streamExec(request, signal),
  },
  terminal: async (request) => {
    const open = await orchestrator.terminal(request)
    return (socket) => serveTerminal(socket, open)
  },
  logs: (request, { signal }) => orchestrator.logs(request, signal),
  stats: {
    answer: (request) => orchestrator.stats(request),
    stream: (request, { signal }) => orchestrator.streamStats(request, signal),
  },
  top: (request) => orchestrator.top(request),
  events: (request, { signal, lastEventId: since }) =>
    orchestrator.events(since === undefined ? request : { ...request, since }, signal),
  wait: (request, { signal }) => orchestrator.wait(request, signal),
  stat: (request) => orchestrator.stat(request),
  readarchive: (request, { signal }) => orchestrator.readarchive(request, signal),
  writearchive: (request, { signal }, body) => orchestrator.writearchive(request, body, signal),
  health: async () => ({ healthy: true }),
  info,
})
