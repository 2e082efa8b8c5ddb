import type { IncomingMessage } from 'node:http'
import { apiError, describeProblem, fromQuery, type Route } from '@aptorch/shared'
import type { Context } from 'hono'

const bodyLimit = 1024 * 1024
// So that nobody holds a connection with a body that never ends.
const bodyMs = 60_000

/**
 * The checked request of a route: the JSON body for every method, GET included; without a body, a GET's query parameters;
 * only those where the body is something else. Throws an ApiError that names the field.
 */
export const readRequest = async (context: Context, route: Route, from?: 'query'): Promise<unknown> => {
  const text = from === 'query' ? '' : (await readBody(context)).trim()
  const input = text === '' ? withoutBody(context, route) : parseBody(text)
  const result = route.request.safeParse(input)
  if (result.success) return result.data
  throw describeProblem(result.error, input, route.request)
}

const withoutBody = (context: Context, route: Route): unknown => {
  if (route.method !== 'POST') return fromQuery(new URL(context.req.url).searchParams, route.request)
  throw apiError('missing_body', `the body is missing; want a JSON object with ${fieldList(route)}`)
}

const fieldList = ({ request }: Route) => Object.keys(request.shape).slice(0, 4).join(', ')

const parseBody = (text: string): unknown => {
  let body: unknown
  try {
    body = JSON.parse(text)
  } catch (error) {
    throw apiError('invalid_json', `the body is not JSON: ${error instanceof Error ? error.message : error}`)
  }
  if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body
  throw apiError('invalid_json', `the body: got ${text.slice(0, 80)}, want a JSON object`)
}

/**
 * The body as it comes. Fetch's Request has none for GET, but Node's message has; outside a server (in tests) there is only
 * the Request. The message must outlive a body that is too large, or the answer would have no way out.
 */
export const bodyOf = (context: Context): AsyncIterable<Uint8Array> | Iterable<Uint8Array> =>
  incomingOf(context)?.iterator({ destroyOnReturn: false }) ?? context.req.raw.body ?? []

const readBody = async (context: Context): Promise<string> => {
  const incoming = incomingOf(context)
  const timer = setTimeout(() => incoming?.destroy(new Error('the body did not come in time')), bodyMs)
  try {
    return await readLimited(bodyOf(context))
  } finally {
    clearTimeout(timer)
  }
}

const incomingOf = (context: Context) => (context.env as { incoming?: IncomingMessage } | undefined)?.incoming

const readLimited = async (chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<string> => {
  const read: Uint8Array[] = []
  let size = 0
  for await (const chunk of chunks) {
    size += chunk.length
    if (size > bodyLimit) throw apiError('body_too_large', `the body is larger than ${bodyLimit} bytes`)
    read.push(chunk)
  }
  return new TextDecoder().decode(Buffer.concat(read))
}
