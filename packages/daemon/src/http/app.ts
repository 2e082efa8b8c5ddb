import {
  type AnswerOf,
  ApiError,
  apiError,
  type Route,
  type RouteName,
  routeNames,
  routes,
  suggestion,
} from '@aptorch/shared'
import { type Context, Hono, type MiddlewareHandler } from 'hono'
import type { Log } from '../log.ts'
import type { Handlers } from './handlers.ts'
import { readRequest } from './request.ts'

export interface AppDeps {
  readonly handlers: Handlers
  readonly log: Log
  /** Middleware of a door, before all else. */
  readonly guards: readonly MiddlewareHandler[]
}

/** The API as a value: a row of the table, its handler, one way out for answers and one for failures. */
export const createApp = ({ handlers, log, guards }: AppDeps): Hono => {
  const app = new Hono()
  app.use(logRequests(log))
  for (const guard of guards) app.use(guard)
  for (const name of routeNames) mount(app, name, handlers)
  app.notFound((context) => fail(context, noSuchRoute(context.req.path)))
  app.onError((error, context) => {
    if (!(error instanceof ApiError))
      log.error({ event: 'request failed', method: context.req.method, path: context.req.path, err: error })
    return fail(context, error instanceof ApiError ? error : fromUnknown(error))
  })
  return app
}

const mount = <Name extends RouteName>(app: Hono, name: Name, handlers: Handlers) => {
  const route: Route = routes[name]
  const handler = handlers[name] as (
    request: unknown,
    reply: { setHeader(name: string, value: string): void },
  ) => Promise<AnswerOf<RouteName>>
  for (const path of [route.path, ...(route.aliases ?? [])]) {
    app.on(route.method, path, async (context) => {
      const answer = await handler(await readRequest(context, route), {
        setHeader: (header, value) => context.header(header, value),
      })
      return context.json(withStatus(answer, route.success), route.success)
    })
    app.all(path, (context) => {
      const allowed = route.method === 'GET' ? 'GET, HEAD' : route.method
      context.header('Allow', allowed)
      return fail(context, apiError('method_not_allowed', `${context.req.method} ${path}: this route takes ${allowed}`))
    })
  }
}

const withStatus = (answer: object, status: number) =>
  Array.isArray(answer) ? answer.map((item) => ({ status, ...item })) : { status, ...answer }

const fail = (context: Context, error: ApiError) => {
  if (error.code === 'unauthorized') context.header('WWW-Authenticate', 'Bearer')
  return context.json(error.toJSON(), error.status as 400)
}

const fromUnknown = (error: Error) => {
  const { code } = error as NodeJS.ErrnoException
  if (code === 'ENOSPC' || code === 'EDQUOT') return apiError('disk_full', `the disk is full: ${error.message}`, error)
  return apiError('internal', `something went wrong in the daemon: ${error.message}`, error)
}

const noSuchRoute = (path: string) => {
  const near = suggestion(
    path,
    routeNames.map((name) => routes[name].path),
  )
  return apiError('route_not_found', `there is no route ${path}${near ? `; did you mean ${near}?` : ''}`)
}

const logRequests = (log: Log): MiddlewareHandler =>
  async function logRequest(context, next) {
    const began = performance.now()
    await next()
    log.debug({
      event: 'request',
      method: context.req.method,
      path: context.req.path,
      status: context.res.status,
      ms: Math.round(performance.now() - began),
    })
  }
