import { ApiError, Failure } from './errors.ts'
import { toQuery } from './query.ts'
import { type RequestInput, type ResponseOf, type RouteName, routeNames, routes } from './routes.ts'

/** Carries one request: how is the transport's own matter. `target` is the path with its query. */
export type Transport = (call: {
  readonly method: 'GET' | 'POST'
  readonly target: string
  readonly body: string | undefined
  readonly signal: AbortSignal | undefined
}) => Promise<{ readonly status: number; readonly text: string }>

/** A method a route: `client.start({ image: 'docker://alpine:3.20' })`. Each rejects with an ApiError when the daemon says no. */
export type Client = {
  readonly [Name in RouteName]: (
    request: RequestInput<Name>,
    options?: { signal?: AbortSignal },
  ) => Promise<ResponseOf<Name>>
}

export const createClient = (transport: Transport): Client =>
  Object.fromEntries(routeNames.map((name) => [name, call(transport, name)])) as unknown as Client

const call =
  (transport: Transport, name: RouteName) =>
  async (request: Record<string, unknown>, options: { signal?: AbortSignal } = {}) => {
    const { method, path } = routes[name]
    const query = method === 'GET' ? toQuery(request) : ''
    const { status, text } = await transport({
      method,
      target: query === '' ? path : `${path}?${query}`,
      body: method === 'GET' ? undefined : JSON.stringify(request),
      signal: options.signal,
    })
    const body = parse(text)
    if (status === routes[name].success) return body
    const failure = Failure.safeParse(body)
    throw new ApiError(failure.success ? failure.data : notOurs(status, text))
  }

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined // the status says the rest, and notOurs shows what came
  }
}

const notOurs = (status: number, text: string): Failure => ({
  status,
  code: 'not_aptorch',
  message: `the answer (HTTP ${status}) is not aptorch's: ${text.slice(0, 200)}`,
  fault: 'orchestrator',
})
