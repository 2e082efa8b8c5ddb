import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { type Answer, type Hello, type Request, reachSocket } from '../logger/protocol.ts'

/** A logger that answers. */
export interface Connection {
  readonly hello: Hello
  /** Whether the logger has not gone meanwhile. */
  readonly isOpen: () => boolean
  /** Sends a request that no other is waiting beside; rejects with an Error with the logger's reason. */
  readonly ask: (request: Request) => Promise<Answer & { ok: true }>
  readonly close: () => void
}

const answerMs = 5000

/** Undefined when no logger listens in the folder. */
export const openConnection = async (folder: string): Promise<Connection | undefined> => {
  const socket = await tryConnect(folder)
  if (!socket) return undefined
  // It may go at any time, and is looked at before each use.
  socket.on('error', () => socket.destroy())
  const next = lineReader(socket)
  try {
    const hello: Hello = JSON.parse(await next(answerMs))
    return {
      hello,
      isOpen: () => !socket.destroyed,
      close: () => socket.destroy(),
      ask: async (request) => {
        socket.write(`${JSON.stringify(request)}\n`)
        const patience = answerMs + (request.do === 'settle' ? request.withinMs : 0)
        const answer: Answer = JSON.parse(await next(patience))
        if (answer.ok) return answer
        throw new Error(answer.error)
      },
    }
  } catch (error) {
    socket.destroy()
    throw error
  }
}

const tryConnect = async (folder: string): Promise<Socket | undefined> => {
  try {
    const { path, close } = reachSocket(folder)
    const socket = connect(path)
    await once(socket, 'connect').finally(close)
    return socket
  } catch (error) {
    if (['ENOENT', 'ECONNREFUSED'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined
    throw error
  }
}

/** Returns what gives the next line of a socket. It rejects when the socket ends before, or after those milliseconds. */
const lineReader = (socket: Socket) => {
  let text = ''
  let wake = () => {}
  socket
    .setEncoding('utf8')
    .on('data', (more) => {
      text += more
      wake()
    })
    .on('close', () => wake())
  return async (ms: number): Promise<string> => {
    const timer = setTimeout(() => socket.destroy(), ms)
    try {
      while (!text.includes('\n')) {
        if (socket.destroyed) throw new Error('the logger has ended or does not answer')
        const { promise, resolve } = Promise.withResolvers<void>()
        wake = resolve
        await promise
      }
    } finally {
      clearTimeout(timer)
    }
    const end = text.indexOf('\n')
    const line = text.slice(0, end)
    text = text.slice(end + 1)
    return line
  }
}
