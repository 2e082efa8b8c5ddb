import {
  type CallOptions,
  callRoute,
  downloadRoute,
  streamRoute,
  type Target,
  type Transport,
  uploadRoute,
} from './call.ts'
import {
  type ItemOf,
  type JsonRoute,
  type RequestInput,
  type ResponseOf,
  type Route,
  type RouteName,
  type RouteWith,
  routeNames,
  routes,
  type StreamRoute,
} from './routes.ts'

type Plain = Exclude<JsonRoute, RouteWith<{ upload: true }>>

/** A method a route: `client.start({ image: 'docker://alpine:3.20' })`. Each rejects with an ApiError when the daemon says no. */
export type Client = {
  readonly [Name in Plain]: (request: RequestInput<Name>, options?: CallOptions) => Promise<ResponseOf<Name>>
} & {
  readonly [Name in RouteWith<{ upload: true }>]: (
    request: RequestInput<Name>,
    tar: AsyncIterable<Uint8Array>,
    options?: CallOptions,
  ) => Promise<ResponseOf<Name>>
} & {
  readonly [Name in RouteWith<{ download: true }>]: (
    request: RequestInput<Name>,
    options?: CallOptions,
  ) => Promise<AsyncIterable<Uint8Array>>
} & {
  /**
   * The routes that answer with a stream: `for await (const event of client.stream.events({}))`. Leaving the loop ends the
   * request; each throws an ApiError when the daemon says no.
   */
  readonly stream: {
    readonly [Name in StreamRoute]: (request: RequestInput<Name>, options?: CallOptions) => AsyncGenerator<ItemOf<Name>>
  }
}

export const createClient = (transport: Transport): Client => {
  const rows: (readonly [RouteName, Route])[] = routeNames.map((name) => [name, routes[name]])
  const streams = rows
    .filter(([, { stream }]) => stream)
    .map(([name, row]) => [
      name,
      (request: Record<string, unknown>, options?: CallOptions) => streamRoute(transport, row, request, options),
    ])
  const methods = rows.flatMap(([name, row]) => {
    const method = methodOf(transport, row)
    return method ? [[name, method]] : []
  })
  return { ...Object.fromEntries(methods), stream: Object.fromEntries(streams) } as Client
}

type Request = Readonly<Record<string, unknown>>

const methodOf = (transport: Transport, { download, upload, response, ...row }: Route) => {
  const target: Target = row
  if (download) return (request: Request, options?: CallOptions) => downloadRoute(transport, target, request, options)
  if (upload)
    return async (request: Request, tar: AsyncIterable<Uint8Array>, options?: CallOptions) =>
      (await uploadRoute(transport, target, request, tar, options)).body
  if (!response) return undefined
  return async (request: Request, options?: CallOptions) => (await callRoute(transport, target, request, options)).body
}
