import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test as base } from 'vitest'
import { homeAt } from '../home.ts'
import { ownAccount } from '../host/account.ts'
import { createLog } from '../log.ts'
import { openConnection } from './connection.ts'
import { type LogsOptions, openLogs } from './logs.ts'
import type { Piece, ReadOptions } from './read.ts'

const program = [process.execPath, join(import.meta.dirname, '..', 'logger', 'main.ts')]

/** A home with logs, whose logger is ended when the test is. `open` gives another daemon's view of the same home. */
export const test = base.extend('place', async ({ task }, { onCleanup }) => {
  const root = mkdtempSync(join(tmpdir(), `logs-${task.id}-`))
  const home = homeAt(root)
  mkdirSync(home.run, { recursive: true })
  const complaints: string[] = []
  const log = createLog({ debug: false, stream: { write: (text) => complaints.push(text) }, colour: false })
  const open = (options: Partial<LogsOptions> = {}) =>
    openLogs({ home, program, maxSize: 10_000_000, maxFiles: 3, log, ...options })
  const loggerPid = async () => {
    const connection = await openConnection(home.logs)
    connection?.close()
    return connection?.hello.pid
  }
  onCleanup(async () => {
    const connection = await openConnection(home.logs)
    await connection?.ask({ do: 'end', always: true })
    connection?.close()
    rmSync(root, { recursive: true })
  })
  const logs = open()
  return { root, home, logs, open, complaints, loggerPid, account: ownAccount() }
})

export type Place = { readonly home: ReturnType<typeof homeAt> }

/** Runs a shell line as a container's command is run: with its outputs on the FIFOs. Resolves when it has ended. */
export const print = async (place: Place, container: string, line: string): Promise<void> => {
  const folder = place.home.runOf(container)
  const script = `exec 1<>"$0/stdout" 2<>"$0/stderr"\n${line}`
  const child = spawn('/bin/sh', ['-c', script, folder], { stdio: ['ignore', 'inherit', 'inherit'] })
  await once(child, 'exit')
}

export const all: ReadOptions = {
  tail: null,
  since: null,
  until: null,
  streams: ['stdout', 'stderr'],
  follow: false,
  ended: () => true,
  signal: new AbortController().signal,
}

/** What was read, a text each: `!` before what came from standard error, `…` after a part. */
export const texts = async (pieces: AsyncIterable<Piece>): Promise<string[]> => {
  const found: string[] = []
  for await (const piece of pieces) found.push(textOf(piece))
  return found
}

export const textOf = (piece: Piece): string =>
  'missed' in piece
    ? '(missed)'
    : `${piece.stream === 'stderr' ? '!' : ''}${piece.text.toString('latin1')}${piece.partial ? '…' : ''}`
