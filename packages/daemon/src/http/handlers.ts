import type { AnswerOf, RequestOf, RouteName } from '@aptorch/shared'
import type { Orchestrator } from '../orchestrator/orchestrator.ts'
import { nextPage } from './paging.ts'

/** What a handler may say beside its answer. */
export interface Reply {
  setHeader(name: string, value: string): void
}

/** A handler a row of the route table: one missing or one too many does not compile. */
export type Handlers = {
  readonly [Name in RouteName]: (request: RequestOf<Name>, reply: Reply) => Promise<AnswerOf<Name>>
}

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
  getallcont: async (request, reply) => {
    const { total, containers } = orchestrator.list(request)
    reply.setHeader('X-Total-Count', String(total))
    const next = nextPage(request, total)
    if (next) reply.setHeader('Link', `<${next}>; rel="next"`)
    return containers
  },
  deletecont: (request) => orchestrator.deletecont(request),
  deletecontdata: (request) => orchestrator.deletecontdata(request),
  createvolume: (request) => orchestrator.createvolume(request),
  removevolume: (request) => orchestrator.removevolume(request),
  health: async () => ({ healthy: true }),
  info,
})
