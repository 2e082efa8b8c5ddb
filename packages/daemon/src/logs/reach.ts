import { type ChildProcess, spawn } from 'node:child_process'
import { constants } from 'node:fs'
import { open, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { searchPath } from '../host/tool.ts'
import { complaintsName, protocolVersion, takenCode } from '../logger/protocol.ts'
import { type Connection, openConnection } from './connection.ts'

const reachMs = 10_000
const pollMs = 10
const complaintsLimit = 1000

/**
 * Connects to the logger of a folder, and starts one where there is none. One of another version is ended and replaced;
 * what containers write meanwhile waits in their FIFOs. Rejects with an Error that says why there can't be one.
 */
export const reachLogger = async (folder: string, program: readonly string[]): Promise<Connection> => {
  const deadline = performance.now() + reachMs
  let started: ChildProcess | undefined
  for (;;) {
    const connection = await openConnection(folder)
    if (connection?.hello.protocol === protocolVersion) return connection
    if (connection) await replace(connection)
    else if (!started || started.exitCode === takenCode) started = await startLogger(folder, program)
    else if (hasEnded(started)) throw new Error(`the logger ended at its start: ${await complaints(folder)}`)
    if (performance.now() > deadline) throw new Error(`the logger did not answer within ${reachMs / 1000} s`)
    await sleep(pollMs)
  }
}

const replace = async (older: Connection) => {
  try {
    await older.ask({ do: 'end', always: true })
  } finally {
    older.close()
  }
}

/** In a session of its own, with nothing of the daemon's: it lives on when the daemon ends, however that ends. */
const startLogger = async (folder: string, [file = '', ...args]: readonly string[]): Promise<ChildProcess> => {
  const { O_CREAT, O_NOFOLLOW, O_TRUNC, O_WRONLY } = constants
  await using complaints = await open(join(folder, complaintsName), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, 0o600)
  const child = spawn(file, [...args, folder], {
    cwd: '/',
    detached: true,
    env: { PATH: searchPath },
    stdio: ['ignore', 'ignore', complaints.fd],
  })
  child.unref()
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  child.once('spawn', resolve).once('error', reject)
  await promise
  return child
}

const hasEnded = ({ exitCode, signalCode }: ChildProcess) => exitCode !== null || signalCode !== null

const complaints = async (folder: string) =>
  (await readFile(join(folder, complaintsName), 'utf8')).trim().slice(-complaintsLimit) || 'it gave no reason'
