import { Readable } from 'node:stream'
import { type AnswerOf, ApiError, apiError, type JsonRoute, type Route, type RouteName } from '@aptorch/shared'
import type { Context } from 'hono'
import type { Call, Handlers } from './handlers.ts'
import { bodyOf, readRequest } from './request.ts'
import { formatFor } from './streams.ts'
import type { UpgradeEnv } from './upgrade.ts'

/** How a route answers a call, by what its row says of it. */
export const answerWith = <Name extends RouteName>(
  route: Route,
  name: Name,
  handlers: Handlers,
): ((context: Context) => Promise<Response>) => {
  // The handler fits the row by the type of `Handlers`; what is taken out of it here fits what the row says.
  const handler = handlers[name] as never
  if (route.socket) return (context) => upgrade(context, route, handler)
  if (route.download) return (context) => download(context, route, handler)
  if (route.upload) return (context) => upload(context, route, handler)
  if (route.response && route.stream) {
    const { answer, stream } = handler as { answer: Answer; stream: Stream }
    return (context) => (wantsStream(context) ? streamed(context, route, stream) : json(context, route, answer))
  }
  return route.stream ? (context) => streamed(context, route, handler) : (context) => json(context, route, handler)
}

type Answer = (request: unknown, call: Call) => Promise<AnswerOf<JsonRoute>>
type Stream = (request: unknown, call: Call) => Promise<AsyncIterable<object>>

const json = async (context: Context, route: Route, answer: Answer) => {
  const body = await answer(await readRequest(context, route), callOf(context))
  return context.json(withStatus(body, route.success), route.success as 200)
}

const streamed = async (context: Context, route: Route, stream: Stream) => {
  const request = await readRequest(context, route)
  const format = formatFor(route, context.req.header('accept'), request)
  const call = callOf(context)
  context.header('Content-Type', format.type)
  context.header('Cache-Control', 'no-store')
  if (isHead(context)) return context.body(null)
  const items = await stream(request, call)
  return context.body(toWeb(format.encode(items, call.signal)))
}

const download = async (
  context: Context,
  route: Route,
  handler: (request: unknown, call: Call) => Promise<Readable>,
): Promise<Response> => {
  const archive = await handler(await readRequest(context, route), callOf(context))
  context.header('Content-Type', 'application/x-tar')
  if (isHead(context)) {
    archive.destroy()
    return context.body(null)
  }
  return context.body(Readable.toWeb(archive) as ReadableStream)
}

const upload = async (
  context: Context,
  route: Route,
  handler: (request: unknown, call: Call, body: Readable) => Promise<AnswerOf<JsonRoute>>,
): Promise<Response> => {
  const request = await readRequest(context, route, 'query')
  const body = await handler(request, callOf(context), Readable.from(bodyOf(context)))
  return context.json(withStatus(body, route.success), route.success as 200)
}

const upgrade = async (
  context: Context,
  route: Route,
  handler: (request: unknown) => Promise<NonNullable<UpgradeEnv['accept']>>,
): Promise<Response> => {
  const env = context.env as Partial<UpgradeEnv> | undefined
  if (!env?.upgrade) {
    context.header('Upgrade', 'websocket')
    throw apiError('upgrade_required', `${route.path} is a WebSocket; want the header "Upgrade: websocket"`)
  }
  env.accept = await handler(await readRequest(context, route, 'query'))
  return new Response(null)
}

const callOf = (context: Context): Call => ({
  setHeader: (name, value) => context.header(name, value),
  signal: context.req.raw.signal,
  lastEventId: context.req.header('last-event-id')?.match(/^\d{1,15}$/)?.[0],
})

/** Nobody reads a body then, and nothing may wait for that. */
const isHead = (context: Context) => context.req.raw.method === 'HEAD'

const wantsStream = (context: Context) =>
  /\bapplication\/x-ndjson\b|\btext\/event-stream\b/.test(context.req.header('accept') ?? '')

const withStatus = (answer: object, status: number) =>
  Array.isArray(answer) ? answer.map((item) => ({ status, ...item })) : { status, ...answer }

/** The caller's leaving ends the iteration, whatever it waits for. */
const toWeb = (chunks: AsyncGenerator<Uint8Array>): ReadableStream<Uint8Array> =>
  new ReadableStream(
    {
      pull: async (controller) => {
        try {
          const { done, value } = await chunks.next()
          if (done) controller.close()
          else controller.enqueue(value)
        } catch (error) {
          controller.error(error instanceof ApiError ? error : new Error('the stream broke off', { cause: error }))
        }
      },
      cancel: async () => {
        await chunks.return(undefined)
      },
    },
    { highWaterMark: 0 },
  )
