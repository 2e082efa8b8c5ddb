import process from 'node:process'
import type { Address } from './address.ts'
import type { Transport } from './call.ts'

// An import of node:http reads all its exports, and one of them loads the whole of fetch: 30 ms, twice a start of Node.
const { request } = process.getBuiltinModule('node:http')

// Node would check the Host header for a name to use with TLS, and compile a regular expression of 6 ms for it.
const withoutTls = { servername: '' }

/** Where Node's HTTP client finds an address, and the headers that let a caller in there. */
export const requestOptions = (address: Address, token?: string) => ({
  ...(address.kind === 'socket' ? { socketPath: address.path } : { host: address.host, port: address.port }),
  headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
})

/**
 * Carries requests over a Unix socket or TCP with Node's own HTTP client (`fetch` has no Unix sockets).
 * The token, when given, goes along as a bearer token. There is no time limit: making an image can take an hour.
 */
export const createTransport =
  (address: Address, token?: string): Transport =>
  ({ method, target, body, accept, signal }) =>
    new Promise((resolve, reject) => {
      const { headers, ...where } = requestOptions(address, token)
      const outgoing = request(
        {
          ...where,
          ...withoutTls,
          // A connection that is kept can be closed by the daemon just as the next request goes out, and to try a request again
          // that may have been carried out is not ours to decide.
          agent: false,
          method,
          path: target,
          headers: { ...headers, ...headersOf(body), ...(accept === undefined ? {} : { accept }) },
          ...(signal ? { signal } : {}),
        },
        (incoming) => resolve({ status: incoming.statusCode ?? 0, body: incoming }),
      )
      outgoing.on('error', reject)
      if (body === undefined || typeof body === 'string') outgoing.end(body)
      else sendAll(body, outgoing).catch((error: Error) => outgoing.destroy(error))
    })

const headersOf = (body: string | AsyncIterable<Uint8Array> | undefined): Record<string, string | number> => {
  if (body === undefined) return {}
  if (typeof body === 'string') return { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }
  return { 'content-type': 'application/x-tar' }
}

const sendAll = async (body: AsyncIterable<Uint8Array>, outgoing: NodeJS.WritableStream) => {
  const { pipeline } = process.getBuiltinModule('node:stream/promises')
  await pipeline(body, outgoing)
}
