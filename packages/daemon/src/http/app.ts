import {
  ApiError,
  apiError,
  type Method,
  type Route,
  type RouteName,
  routeNames,
  routes,
  suggestion,
} from '@aptorch/shared'
import { type Context, Hono, type MiddlewareHandler } from 'hono'
import type { Log } from '../log.ts'
import { answerWith } from './answers.ts'
import { toFailure } from './failures.ts'
import type { Handlers } from './handlers.ts'

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
  for (const [path, methods] of methodsByPath()) app.all(path, (context) => refuseMethod(context, path, methods))
  app.notFound((context) => fail(context, noSuchRoute(context.req.path)))
  app.onError((error, context) => {
    if (!(error instanceof ApiError))
      log.error({ event: 'request failed', method: context.req.method, path: context.req.path, err: error })
    return fail(context, toFailure(error))
  })
  return app
}

const mount = (app: Hono, name: RouteName, handlers: Handlers) => {
  const route: Route = routes[name]
  for (const path of pathsOf(route)) app.on(route.method, path, answerWith(route, name, handlers))
}

const pathsOf = ({ path, aliases = [] }: Route) => [path, ...aliases]

const methodsByPath = (): Map<string, Method[]> => {
  const methods = new Map<string, Method[]>()
  for (const route of routeNames.map((name): Route => routes[name])) {
    for (const path of pathsOf(route)) methods.set(path, [...(methods.get(path) ?? []), route.method])
  }
  return methods
}

const refuseMethod = (context: Context, path: string, methods: readonly Method[]) => {
  const allowed = methods.map((method) => (method === 'GET' ? 'GET, HEAD' : method)).join(', ')
  context.header('Allow', allowed)
  return fail(context, apiError('method_not_allowed', `${context.req.method} ${path}: this route takes ${allowed}`))
}

const fail = (context: Context, error: ApiError) => {
  if (error.code === 'unauthorized') context.header('WWW-Authenticate', 'Bearer')
  return context.json(error.toJSON(), error.status as 400)
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
