import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { terminalProtocol } from '@aptorch/shared'
import type { Hono } from 'hono'
import { type WebSocket, WebSocketServer } from 'ws'

export type Socket = WebSocket

/** What a route that is a WebSocket finds in its environment. */
export interface UpgradeEnv {
  readonly incoming: IncomingMessage
  readonly upgrade: true
  /** Set by the route that takes the connection. */
  accept?: (socket: Socket) => void
}

// A message of standard input; whoever sends longer ones is cut off.
const messageLimit = 1024 * 1024

/** Only these are upgrades; a request that would like to have HTTP/2 is answered as it is. */
export const isWebSocket = ({ headers }: IncomingMessage): boolean => headers.upgrade?.toLowerCase() === 'websocket'

/**
 * Takes in WebSockets: the request passes the same guards and handlers as every other, and only then the protocol is changed.
 * What is refused is answered as every failure. Returns what ends all of them.
 */
export const takeWebSockets = (server: Server, app: Hono): (() => void) => {
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: messageLimit,
    handleProtocols: (asked) => (asked.has(terminalProtocol) ? terminalProtocol : false),
  })
  server.on('upgrade', (incoming, socket, head) => {
    const gone = () => socket.destroy()
    socket.on('error', gone)
    const env: UpgradeEnv = { incoming, upgrade: true }
    Promise.resolve(app.fetch(toRequest(incoming), env)).then(
      async (response) => {
        if (!env.accept) return refuse(socket, response)
        socket.off('error', gone)
        sockets.handleUpgrade(incoming, socket, head, env.accept)
      },
      () => socket.destroy(),
    )
  })
  return () => {
    for (const socket of sockets.clients) socket.close(1001, 'the daemon is shutting down')
    for (const socket of sockets.clients) socket.terminate()
  }
}

const toRequest = ({ headers, url = '/' }: IncomingMessage): Request => {
  const pairs = Object.entries(headers).flatMap(([name, value]): [string, string][] =>
    value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value]],
  )
  return new Request(new URL(url, 'http://localhost'), { headers: pairs })
}

const refuse = async (socket: Duplex, response: Response) => {
  const body = Buffer.from(await response.arrayBuffer())
  const headers = [...response.headers, ['connection', 'close'], ['content-length', String(body.length)]]
  const head = [
    `HTTP/1.1 ${response.status} ${response.statusText || 'Refused'}`,
    ...headers.map((pair) => pair.join(': ')),
  ]
  socket.end(Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`), body]))
}
