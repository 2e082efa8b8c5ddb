import { type IncomingHttpHeaders, request } from 'node:http'
import type { Address } from '../../packages/shared/src/index.ts'

export interface Call {
  readonly method: string
  readonly path: string
  /** Sent as it is when it is text, else as JSON; with any method. */
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
  /** The text as JSON; undefined when it is none. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape, wrong ones included
  readonly body: any
}

/** One request, made by hand: GET with a body and headers that no browser sends included. */
export const send = (address: Address, { method, path, body, headers = {} }: Call): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body)
    const outgoing = request(
      {
        ...(address.kind === 'socket' ? { socketPath: address.path } : { host: address.host, port: address.port }),
        method,
        path,
        headers: { ...(text === undefined ? {} : { 'content-length': Buffer.byteLength(text) }), ...headers },
      },
      (incoming) => {
        let received = ''
        incoming.setEncoding('utf8')
        incoming.on('data', (chunk: string) => {
          received += chunk
        })
        incoming.on('error', reject)
        incoming.on('end', () =>
          resolve({
            status: incoming.statusCode ?? 0,
            headers: incoming.headers,
            text: received,
            body: parse(received),
          }),
        )
      },
    )
    outgoing.on('error', reject)
    outgoing.end(text)
  })

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
