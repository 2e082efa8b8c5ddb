import { type ApiError, type EventItem, type LogItem, type LogsRequest, type Route, routes } from '@aptorch/shared'
import { toFailure } from './failures.ts'

/** A way to put the items of a stream on the wire. */
export interface Format {
  /** The media type. */
  readonly type: string
  /** Items as bytes. What goes wrong on the way is the last of them, where the format can say it. */
  readonly encode: (items: AsyncIterable<object>, signal: AbortSignal) => AsyncGenerator<Uint8Array>
}

/** The format that a caller accepts of those that the route has. */
export const formatFor = (route: Route, accept: string | undefined, request: unknown): Format => {
  const accepts = (type: string) => accept?.includes(type) ?? false
  if (accepts('text/event-stream')) return serverSentEvents
  if (route.path === routes.logs.path && !accepts('application/x-ndjson')) return plainText(request as LogsRequest)
  return ndjson
}

const formatOf = (
  type: string,
  line: (item: object) => Uint8Array,
  last: ((failure: ApiError) => string) | undefined,
): Format => ({
  type,
  encode: async function* (items, signal) {
    try {
      for await (const item of items) yield line(item)
    } catch (error) {
      if (signal.aborted) return // nobody is there to be told
      if (!last) throw error
      yield Buffer.from(last(toFailure(error)))
    }
  },
})

const ndjson = formatOf(
  'application/x-ndjson',
  (item) => Buffer.from(`${JSON.stringify(item)}\n`),
  (failure) => `${JSON.stringify(failure)}\n`,
)

/** Server-sent events (the HTML standard, "Server-sent events"), for browsers. */
const serverSentEvents = formatOf(
  'text/event-stream',
  (item) => {
    const { id, type } = item as Partial<EventItem>
    const head = id === undefined ? '' : `id: ${id}\nevent: ${type}\n`
    return Buffer.from(`${head}data: ${JSON.stringify(item)}\n\n`)
  },
  (failure) => `event: error\ndata: ${JSON.stringify(failure)}\n\n`,
)

/** A container's output as it was, byte for byte. */
const plainText = ({ timestamps = false }: LogsRequest): Format =>
  formatOf(
    'text/plain; charset=utf-8',
    (item) => {
      const line = item as LogItem
      if ('missed' in line)
        return Buffer.from('[aptorch: output is missing here: it was rotated away before it was read]\n')
      const text = line.base64 === undefined ? Buffer.from(line.text ?? '') : Buffer.from(line.base64, 'base64')
      return Buffer.concat([
        Buffer.from(timestamps ? `${line.time} ` : ''),
        text,
        Buffer.from(line.partial ? '' : '\n'),
      ])
    },
    undefined,
  )
