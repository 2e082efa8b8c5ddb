import { ApiError } from './errors.ts'
import type { Failure } from './failure.ts'
import { toQuery } from './query.ts'

/** Carries one request: how is the transport's own matter. `target` is the path with its query. */
export type Transport = (call: {
  readonly method: 'GET' | 'POST'
  readonly target: string
  readonly body: string | undefined
  readonly signal: AbortSignal | undefined
}) => Promise<{ readonly status: number; readonly text: string }>

/** As much of a row of the route table as a call needs. */
export interface Target {
  readonly method: 'GET' | 'POST'
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

/** Calls one route. Rejects with an ApiError when the daemon says no, and with the transport's error when nobody answers. */
export const callRoute = async (
  transport: Transport,
  { method, path, success }: Target,
  request: Readonly<Record<string, unknown>>,
  { signal }: CallOptions = {},
): Promise<Answered> => {
  const query = method === 'GET' ? toQuery(request) : ''
  const { status, text } = await transport({
    method,
    target: query === '' ? path : `${path}?${query}`,
    body: method === 'GET' ? undefined : JSON.stringify(request),
    signal,
  })
  const body = parse(text)
  if (status === success && body !== undefined) return { body, text }
  throw new ApiError(isFailure(body) ? body : notOurs(status, text))
}

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined // the status says the rest, and notOurs shows what came
  }
}

// By hand, so that a program that only calls does not load the schemas: they take the command line longer than its answer.
const isFailure = (body: unknown): body is Failure =>
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
