import { once } from 'node:events'
import { createServer } from 'node:http'
import { join } from 'node:path'

/** Answers every start on a socket in that folder, after that many milliseconds: what making a large image is like. */
export const slowDaemon = async (folder: string, afterMs: number) => {
  const path = join(folder, 'slow.sock')
  const server = createServer((_, response) => {
    const timer = setTimeout(() => {
      response
        .writeHead(201)
        .end(JSON.stringify({ status: 201, container_name: 'web', warnings: ['group_add: nothing'] }))
    }, afterMs)
    response.on('close', () => clearTimeout(timer))
  }).listen(path)
  await once(server, 'listening')
  return {
    path,
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}
