import process from 'node:process'
import {
  type Address,
  failureIn,
  formatAddress,
  requestOptions,
  type Target,
  terminalProtocol,
  toQuery,
} from '@aptorch/shared'
import type { WebSocket } from 'ws'

/**
 * Opens a WebSocket to a route. Rejects with an ApiError when the daemon says no, and with the connection's own error when
 * nobody answers.
 */
export const openSocket = async (
  address: Address,
  token: string | undefined,
  { path }: Target,
  request: Readonly<Record<string, unknown>>,
  signal: AbortSignal,
): Promise<WebSocket> => {
  // Its modules take longer to load than most subcommands to run.
  const { WebSocket } = await import('ws')
  signal.throwIfAborted()
  const server = address.kind === 'socket' ? 'ws://localhost' : formatAddress(address).replace('http:', 'ws:')
  const socket = new WebSocket(`${server}${path}?${toQuery(request)}`, [terminalProtocol], {
    headers: requestOptions(address, token).headers,
    createConnection: () => process.getBuiltinModule('node:net').connect(whereOf(address)),
    perMessageDeflate: false,
    // A second copy of bytes that nobody else checks: what comes is binary.
    skipUTF8Validation: true,
  })
  const end = () => socket.terminate()
  signal.addEventListener('abort', end, { once: true })
  socket.once('close', () => signal.removeEventListener('abort', end))
  await opened(socket)
  return socket
}

const whereOf = (address: Address) =>
  address.kind === 'socket' ? { path: address.path } : { host: address.host, port: address.port }

const opened = (socket: WebSocket) =>
  new Promise<void>((resolve, reject) => {
    socket.on('error', reject)
    socket.once('unexpected-response', (outgoing, incoming) => {
      refusal(incoming)
        .then(reject, reject)
        .finally(() => outgoing.destroy())
    })
    // What it is told before the listener for messages is there would be lost.
    socket.once('open', () => {
      socket.pause()
      resolve()
    })
  })

const refusal = async (incoming: AsyncIterable<Uint8Array> & { statusCode?: number | undefined }) => {
  const chunks: Uint8Array[] = []
  for await (const chunk of incoming) chunks.push(chunk)
  return failureIn(incoming.statusCode ?? 0, Buffer.concat(chunks).toString())
}
