import process from 'node:process'
import type { Address } from './address.ts'
import type { Transport } from './call.ts'

// An import of node:http reads all its exports, and one of them loads the whole of fetch: 30 ms, twice a start of Node.
const { request } = process.getBuiltinModule('node:http')

// Node would check the Host header for a name to use with TLS, and compile a regular expression of 6 ms for it.
const withoutTls = { servername: '' }

/**
 * Carries requests over a Unix socket or TCP with Node's own HTTP client (`fetch` has no Unix sockets).
 * The token, when given, goes along as a bearer token. There is no time limit: making an image can take an hour.
 */
export const createTransport =
  (address: Address, token?: string): Transport =>
  ({ method, target, body, signal }) =>
    new Promise((resolve, reject) => {
      const outgoing = request(
        {
          ...(address.kind === 'socket' ? { socketPath: address.path } : { host: address.host, port: address.port }),
          ...withoutTls,
          method,
          path: target,
          headers: {
            ...(body === undefined
              ? {}
              : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
            ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
          },
          ...(signal ? { signal } : {}),
        },
        (incoming) => {
          const chunks: Buffer[] = []
          incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
          incoming.on('error', reject)
          incoming.on('end', () =>
            resolve({ status: incoming.statusCode ?? 0, text: Buffer.concat(chunks).toString() }),
          )
        },
      )
      outgoing.on('error', reject)
      outgoing.end(body)
    })
