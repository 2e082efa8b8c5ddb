import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { type Route, routeNames, routes, terminalProtocol } from '@aptorch/shared'
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

const paths = routeNames.map((name): Route => routes[name]).flatMap(({ socket, path }) => (socket ? [path] : []))

/** Only these are upgrades: all else that asks for one is answered as if it had not. */
export const isWebSocket = ({ headers, url = '' }: IncomingMessage): boolean =>
  headers.upgrade?.toLowerCase() === 'websocket' && paths.some((path) => url === path || url.startsWith(`${path}?`))

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
  const take = async (incoming: IncomingMessage, socket: Duplex, head: Buffer) => {
    const env: UpgradeEnv = { incoming, upgrade: true }
    const response = await app.fetch(toRequest(incoming, socket), env)
    if (env.accept) sockets.handleUpgrade(incoming, socket, head, env.accept)
    else await refuse(socket, response)
  }
  server.on('upgrade', (incoming, socket, head) => {
    socket.on('error', () => socket.destroy())
    take(incoming, socket, head).catch(() => socket.destroy())
  })
  return () => {
    for (const socket of sockets.clients) socket.close(1001, 'the daemon is shutting down')
    for (const socket of sockets.clients) socket.terminate()
  }
}

const toRequest = ({ headers, url = '/' }: IncomingMessage, socket: Duplex): Request => {
  const pairs = Object.entries(headers).flatMap(([name, value]): [string, string][] =>
    value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value]],
  )
  const leaving = new AbortController()
  socket.once('close', () => leaving.abort())
  return new Request(new URL(url, 'http://localhost'), { headers: pairs, signal: leaving.signal })
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
