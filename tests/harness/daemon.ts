import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import {
  type Address,
  type Client,
  createClient,
  createTransport,
  parseAddress,
} from '../../packages/shared/src/index.ts'
import { type Account, spawnAs } from './account.ts'
import { type Answer, type Call, send } from './http.ts'
import { kill } from './processes.ts'

export interface DaemonOptions {
  readonly home: string
  /** Any free one when left out. */
  readonly port?: number
  /** Flags beside --home, --port, --socket and --debug; the last of two counts. */
  readonly flags?: readonly string[]
  /** Gives it none but the flags named: where it goes is left to itself. */
  readonly bare?: boolean
  /** All of its environment; without it PATH is all it has. */
  readonly environment?: Readonly<Record<string, string>>
  /** As root: the account that the daemon itself runs as. */
  readonly account?: Account | undefined
  /** As root: a file that holds the network namespace that it is to take for the host's; the tests' own when left out. */
  readonly network?: string
  /** The program to run; the one in dist/ when left out. */
  readonly program?: string
  /** A file that it is given open, as descriptor 20. */
  readonly inherited?: number
}

/** A built daemon that runs on a home of its own. */
export interface Daemon {
  readonly pid: number
  readonly home: string
  readonly socket: string
  /** Its address on TCP, such as http://127.0.0.1:40123; empty with --no-tcp. */
  readonly url: string
  /** The line that it printed when it was ready. */
  readonly ready: string
  /** Speaks to it over the socket. */
  readonly client: Client
  readonly token: () => string
  /** One raw request, over the socket unless it says otherwise; on TCP with the token unless it brings headers of its own. */
  readonly request: (method: string, path: string, body?: unknown, how?: How) => Promise<Answer>
  /** What it has written to standard error. */
  readonly log: () => string
  /** Ends it with SIGTERM, or with another signal; the exit code and the milliseconds that it took. */
  readonly stop: (signal?: NodeJS.Signals) => Promise<{ code: number | null; ms: number }>
  /** Ends it with SIGKILL. */
  readonly kill: () => Promise<void>
}

export interface How {
  readonly door?: 'tcp' | 'socket'
  readonly headers?: Call['headers']
}

/** The daemon as it was built. */
export const program = join(import.meta.dirname, '..', '..', 'dist', 'aptorchd')
const readyTimeoutMs = 20_000

const parts = ['aptorchd', 'aptorchd.mjs', 'aptorch-logger.mjs', 'aptorch-terminal.mjs', 'pty.node', 'node']

/** Copies the daemon into a folder, for an account that may not enter the one that it was built in. Returns its path. */
export const copyProgram = (folder: string): string => {
  for (const part of parts) copyFileSync(join(dirname(program), part), join(folder, part))
  return join(folder, 'aptorchd')
}

/** Where the harness has a daemon put its socket. */
export const socketOf = (home: string): string => `${home}.sock`

/** Starts a daemon and waits until it is ready. Rejects with its exit code and all that it said when it ends before. */
export const startDaemon = async ({
  home,
  port = 0,
  flags = [],
  bare = false,
  environment = {},
  account,
  network,
  program: chosen = program,
  inherited,
}: DaemonOptions): Promise<Daemon> => {
  const usual = ['--home', home, '--socket', socketOf(home), '--port', String(port), '--debug']
  const command = [chosen, ...(bare ? flags : [...usual, ...flags])]
  const [file = '', ...args] = network === undefined ? command : ['nsenter', `--net=${network}`, '--', ...command]
  const child = spawn(file, args, {
    env: { PATH: process.env.PATH, ...environment },
    // Node takes care of the first 16 at its start; a file further up is what goes on unnoticed.
    stdio: ['ignore', 'pipe', 'pipe', ...(inherited === undefined ? [] : [...Array(17).fill('ignore'), inherited])],
    ...(account ? spawnAs(account) : {}),
  })
  const log = collect(child.stderr)
  const output = collect(child.stdout)
  const ready = await readyLine(child, output, log)
  const url = ready.match(/http:\/\/[^ ]+/)?.[0] ?? ''
  const socket = ready.match(/unix:\/\/([^ ]+)/)?.[1] ?? ''
  const door = { socket: parseAddress(socket), tcp: url === '' ? undefined : parseAddress(url) }
  const token = () => readFileSync(join(home, 'orchestrator', 'token'), 'utf8').trim()

  return {
    pid: child.pid ?? 0,
    home,
    socket,
    url,
    ready,
    client: createClient(createTransport(door.socket)),
    token,
    log,
    request: (method, path, body, { door: through = 'socket', headers } = {}) =>
      send(door[through] as Address, {
        method,
        path,
        body,
        headers: headers ?? (through === 'tcp' ? { authorization: `Bearer ${token()}` } : {}),
      }),
    stop: async (signal = 'SIGTERM') => {
      const began = performance.now()
      const code = await end(child, signal)
      return { code, ms: performance.now() - began }
    },
    kill: async () => {
      await end(child, 'SIGKILL')
    },
  }
}

const collect = (stream: NodeJS.ReadableStream) => {
  let text = ''
  stream.setEncoding('utf8')
  stream.on('data', (chunk: string) => {
    text += chunk
  })
  return () => text
}

const readyLine = async (child: ChildProcess, output: () => string, log: () => string): Promise<string> => {
  const timer = setTimeout(() => child.kill('SIGKILL'), readyTimeoutMs)
  const ended = once(child, 'close').then(([code, signal]) => {
    throw new Error(`aptorchd ended with ${code ?? signal} before it was ready:\n${log()}`)
  })
  ended.catch(() => undefined) // it ends some day; here only whether it does so too early
  try {
    while (!output().includes('\n'))
      await Promise.race([once(child.stdout as NodeJS.ReadableStream as never, 'data'), ended])
    return output().trim()
  } finally {
    clearTimeout(timer)
  }
}

const end = async (child: ChildProcess, signal: NodeJS.Signals) => {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode
  const ended = once(child, 'exit')
  kill(child.pid ?? 0, signal)
  await ended
  return child.exitCode
}
