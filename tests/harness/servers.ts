import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'

/** A server on loopback that takes connections and never says anything, as a proxy that hangs does. */
export const stallingServer = async () => {
  const sockets: Socket[] = []
  const server = createServer((socket) => sockets.push(socket.on('error', () => undefined))).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  return {
    host: `127.0.0.1:${port}`,
    /** Resolves at the first connection. */
    asked: once(server, 'connection'),
    close: () => {
      server.close()
      for (const socket of sockets) socket.destroy()
    },
  }
}
