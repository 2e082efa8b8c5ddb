import { chownSync, lstatSync, unlinkSync } from 'node:fs'
import type { Server as HttpServer } from 'node:http'
import { connect, type Server } from 'node:net'
import { createAdaptorServer } from '@hono/node-server'
import type { Hono } from 'hono'
import { isWebSocket, takeWebSockets } from './upgrade.ts'

export interface Door {
  /** The port that was picked, for TCP. */
  readonly port: number | undefined
  /** Takes no more requests and ends those that are left after that many milliseconds. */
  close(graceMs: number): Promise<void>
}

// An archive that is sent may take an hour: what else has a body is given less time where it is read (request.ts).
const serverOptions = {
  requestTimeout: 0,
  headersTimeout: 30_000,
  keepAliveTimeout: 5_000,
  keepAlive: true, // of TCP: a caller whose machine has vanished is noticed
  maxHeaderSize: 64 * 1024, // the command of a terminal is in its address
  shouldUpgradeCallback: isWebSocket,
}

// Whoever has no token can connect, too: that must not use up the descriptors that the socket and the containers need.
const tcpConnections = 256

// A request without Host gets this one in its URL, so that it comes as far as our own refusal.
const unnamedHost = 'localhost'

export const openTcp = async (app: Hono, host: string, port: number): Promise<Door> => {
  const { server, endSockets } = createServer(app)
  server.maxConnections = tcpConnections
  try {
    await listen(server, { host, port })
  } catch (error) {
    throw explainTcp(error as NodeJS.ErrnoException, host, port)
  }
  return door(server, endSockets)
}

/**
 * Opens the Unix socket with these permissions from its first moment: the umask is set before it is made. A socket that a
 * killed daemon left is taken over; one that answers, or that isn't ours, is not.
 */
export const openSocket = async (
  app: Hono,
  path: string,
  { mode, gid }: { mode: number; gid: number | undefined },
): Promise<Door> => {
  if (Buffer.byteLength(path) > 107)
    throw new Error(
      `--socket: got a path of ${Buffer.byteLength(path)} bytes, want at most 107 (the kernel's limit): ${path}`,
    )
  await removeDeadSocket(path)
  const { server, endSockets } = createServer(app)
  const before = process.umask(0o777 & ~mode)
  const listening = listen(server, { path })
  process.umask(before)
  try {
    await listening
  } catch (error) {
    throw new Error(`--socket: can't listen on ${path}: ${(error as Error).message}`, { cause: error })
  }
  if (gid !== undefined) chownSync(path, process.getuid?.() ?? 0, gid)
  return door(server, endSockets)
}

const createServer = (app: Hono) => {
  const server = createAdaptorServer({ fetch: app.fetch, serverOptions, hostname: unnamedHost }) as HttpServer
  return { server, endSockets: takeWebSockets(server, app) }
}

const listen = (server: Server, where: { host: string; port: number } | { path: string }) =>
  new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(where, () => {
      server.off('error', reject)
      resolve()
    })
  })

const door = (server: HttpServer, endSockets: () => void): Door => {
  const address = server.address()
  return {
    port: typeof address === 'object' ? address?.port : undefined,
    close: (graceMs) =>
      new Promise((resolve) => {
        endSockets()
        const timer = setTimeout(() => server.closeAllConnections(), graceMs)
        server.close(() => {
          clearTimeout(timer)
          resolve()
        })
        server.closeIdleConnections()
      }),
  }
}

const removeDeadSocket = async (path: string) => {
  const found = lstatSync(path, { throwIfNoEntry: false })
  if (!found) return
  if (!found.isSocket())
    throw new Error(`--socket: ${path} is there and is not a socket; remove it or choose another path`)
  if (await answers(path))
    throw new Error(`--socket: another program answers on ${path}; stop it or choose another path`)
  if (found.uid !== process.getuid?.())
    throw new Error(`--socket: ${path} is a dead socket of user ${found.uid}; have it removed or choose another path`)
  unlinkSync(path)
}

const answers = (path: string) =>
  new Promise<boolean>((resolve) => {
    const probe = connect(path)
    probe.once('connect', () => {
      probe.destroy()
      resolve(true)
    })
    probe.once('error', (error: NodeJS.ErrnoException) =>
      resolve(error.code !== 'ECONNREFUSED' && error.code !== 'ENOENT'),
    )
  })

const explainTcp = (error: NodeJS.ErrnoException, host: string, port: number) => {
  if (error.code === 'EADDRINUSE')
    return new Error(`--port: ${host}:${port} is in use by another program; choose another with --port, or 0 for any`, {
      cause: error,
    })
  if (error.code === 'EACCES')
    return new Error(`--port: no permission for ${host}:${port}; ports below 1024 are root's`, { cause: error })
  return new Error(`--host: can't listen on ${host}:${port}: ${error.message}`, { cause: error })
}
