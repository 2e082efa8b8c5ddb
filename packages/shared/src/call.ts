import { ApiError } from './errors.ts'
import type { Failure } from './failure.ts'
import { linesOf } from './lines.ts'
import { toQuery } from './query.ts'
import type { Method } from './routes.ts'

/** Carries one request: how is the transport's own matter. `target` is the path with its query. */
export type Transport = (call: {
  readonly method: Method
  readonly target: string
  /** JSON, or bytes as they come. */
  readonly body: string | AsyncIterable<Uint8Array> | undefined
  /** The media type that is asked for; undefined for the route's own. */
  readonly accept: string | undefined
  readonly signal: AbortSignal | undefined
}) => Promise<Received>

/** An answer whose body is still to come. Whoever stops reading before its end breaks the connection off. */
export interface Received {
  readonly status: number
  readonly body: AsyncIterable<Uint8Array>
}

/** As much of a row of the route table as a call needs. */
export interface Target {
  readonly method: Method
  readonly path: `/${string}`
  readonly success: number
}

export interface CallOptions {
  readonly signal?: AbortSignal
}

/** A success: its body, and the text that it was read from. */
export interface Answered {
  readonly body: unknown
  readonly text: string
}

type Request = Readonly<Record<string, unknown>>

/** Calls one route. Rejects with an ApiError when the daemon says no, and with the transport's error when nobody answers. */
export const callRoute = async (
  transport: Transport,
  target: Target,
  request: Request,
  { signal }: CallOptions = {},
): Promise<Answered> => expectJson(await send(transport, target, request, { signal }), target.success)

/**
 * Calls a route that answers with a stream of JSON, and yields its items. Throws as `callRoute` rejects, and also an ApiError
 * when the daemon tells in the middle of it that it can't go on.
 */
export async function* streamRoute(
  transport: Transport,
  target: Target,
  request: Request,
  { signal }: CallOptions = {},
): AsyncGenerator<unknown, void, undefined> {
  const received = await send(transport, target, request, { signal, accept: ndjson })
  if (received.status !== target.success) throw failureIn(received.status, await textOf(received.body))
  for await (const line of linesOf(received.body)) {
    const item = parse(line)
    if (item === undefined || isFailure(item)) throw failureIn(received.status, line)
    yield item
  }
}

/** Reads what a route answers as bytes. Rejects as `callRoute` does. */
export const downloadRoute = async (
  transport: Transport,
  target: Target,
  request: Request,
  { signal }: CallOptions = {},
): Promise<AsyncIterable<Uint8Array>> => {
  const received = await send(transport, target, request, { signal })
  if (received.status === target.success) return received.body
  throw failureIn(received.status, await textOf(received.body))
}

/** Sends bytes to a route that takes them; what it is asked for goes as a query. Rejects as `callRoute` does. */
export const uploadRoute = async (
  transport: Transport,
  target: Target,
  request: Request,
  body: AsyncIterable<Uint8Array>,
  { signal }: CallOptions = {},
): Promise<Answered> => expectJson(await send(transport, target, request, { signal, upload: body }), target.success)

const ndjson = 'application/x-ndjson'

const send = (
  transport: Transport,
  { method, path }: Target,
  request: Request,
  how: { signal: AbortSignal | undefined; accept?: string; upload?: AsyncIterable<Uint8Array> },
): Promise<Received> => {
  const query = method === 'POST' ? '' : toQuery(request)
  return transport({
    method,
    target: query === '' ? path : `${path}?${query}`,
    body: method === 'POST' ? JSON.stringify(request) : how.upload,
    accept: how.accept,
    signal: how.signal,
  })
}

const expectJson = async ({ status, body }: Received, success: number): Promise<Answered> => {
  const text = await textOf(body)
  const json = parse(text)
  if (status === success && json !== undefined) return { body: json, text }
  throw failureIn(status, text)
}

const textOf = async (body: AsyncIterable<Uint8Array>): Promise<string> => {
  const chunks: Uint8Array[] = []
  for await (const chunk of body) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined // the status says the rest, and notOurs shows what came
  }
}

/** The error of an answer that is no success; of one that is not aptorch's too. */
export const failureIn = (status: number, text: string): ApiError => {
  const body = parse(text)
  return new ApiError(isFailure(body) ? body : notOurs(status, text))
}

// By hand, so that a program that only calls does not load the schemas: they take the command line longer than its answer.
export const isFailure = (body: unknown): body is Failure =>
  typeof body === 'object' &&
  body !== null &&
  'status' in body &&
  'code' in body &&
  'message' in body &&
  'fault' in body &&
  typeof body.status === 'number' &&
  typeof body.code === 'string' &&
  typeof body.message === 'string' &&
  (body.fault === 'request' || body.fault === 'orchestrator')

const notOurs = (status: number, text: string): Failure => ({
  status,
  code: 'not_aptorch',
  message: `the answer (HTTP ${status}) is not aptorch's: ${text.slice(0, 200)}`,
  fault: 'orchestrator',
})
