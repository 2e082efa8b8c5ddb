import { rmSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import type { Collector } from './collector.ts'
import { type Answer, type Hello, protocolVersion, type Request, reachSocket } from './protocol.ts'

// Requests are a few hundred bytes.
const requestLimit = 64 * 1024

export interface Served {
  /** Whether any daemon is connected. */
  readonly isWatched: () => boolean
  /** Takes the socket away, and lets go of those who are connected. */
  readonly close: () => void
}

/**
 * Answers on the folder's socket. Only for the holder of the folder's lock: a socket that is there is dead then.
 * `end` is called for a request to end that is to be followed; what it has done is done before the answer.
 */
export const serve = (folder: string, collector: Collector, end: () => void): Promise<Served> => {
  const { path, close: closeFolder } = reachSocket(folder)
  const connected = new Set<Socket>()

  const answer = async (request: Request): Promise<Answer> => {
    if (request.do !== 'end') return collector.answer(request)
    if (!request.always && !collector.isIdle) return { ok: true, ended: false }
    end()
    return { ok: true, ended: true }
  }

  const server = createServer((socket) => {
    connected.add(socket)
    socket.once('close', () => connected.delete(socket)).on('error', () => socket.destroy())
    const hello: Hello = { protocol: protocolVersion, pid: process.pid }
    socket.write(`${JSON.stringify(hello)}\n`)
    eachLine(socket, (line) => {
      tryAnswer(() => answer(JSON.parse(line))).then((result) => socket.write(`${JSON.stringify(result)}\n`))
    })
  })

  rmSync(path, { force: true })
  return new Promise((resolve, reject) => {
    server.once('error', reject).listen(path, () => {
      resolve({
        isWatched: () => connected.size > 0,
        close: () => {
          server.close()
          closeFolder()
          setImmediate(() => {
            // when those who asked have their answers
            for (const socket of connected) socket.end()
          })
        },
      })
    })
  })
}

const tryAnswer = async (work: () => Promise<Answer>): Promise<Answer> => {
  try {
    return await work()
  } catch (error) {
    return { ok: false, error: error instanceof Error ? error.message : String(error) }
  }
}

const eachLine = (socket: Socket, use: (line: string) => void) => {
  let rest = ''
  socket.setEncoding('utf8').on('data', (text) => {
    const lines = (rest + text).split('\n')
    rest = lines.pop() ?? ''
    if (rest.length > requestLimit) socket.destroy()
    for (const line of lines) use(line)
  })
}
