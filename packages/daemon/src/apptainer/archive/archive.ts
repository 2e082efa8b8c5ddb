import { Readable } from 'node:stream'
import { apiError } from '@aptorch/shared'
import type { ArchiveRead, ContainerFiles, Engine, PathStat, RunningExec } from '../../engine.ts'
import type { GuestTools } from '../guest-tools/guest-tools.ts'
import { listArguments, readArguments, statArguments, writeArguments } from './arguments.ts'
import { readComplaints } from './complaints.ts'
import { EntryCheck } from './entries.ts'
import { archiveFailure } from './explain.ts'
import { feed } from './feed.ts'
import { Patience } from './patience.ts'
import { parseListing, parseStat } from './stat.ts'
import type { createStoppedRunner } from './stopped.ts'

export interface ArchiveDeps {
  readonly exec: Engine['exec']
  readonly runStopped: ReturnType<typeof createStoppedRunner>
  readonly tools: GuestTools
  /** How long an archive of a container that doesn't run, which can't be started meanwhile, may stand still; in milliseconds. */
  readonly idleMs?: number
}

const lookMs = 30_000
const lookLimit = 64 * 1024 * 1024 // of names in one folder

// In this locale the programs' messages are as archive-explain.ts knows them.
const environment = { LC_ALL: 'C' }

/**
 * Files of containers, by programs of the host that run in the container as its root: paths are resolved inside, and
 * nothing of the daemon's touches what a container could have prepared.
 */
export const createArchive = ({ exec, runStopped, tools, idleMs = 60_000 }: ArchiveDeps) => {
  const start = (files: ContainerFiles, command: readonly string[], stdin: boolean): Promise<RunningExec> => {
    const { container, account, running } = files
    if (!running) return runStopped(files, command, environment)
    const inside = { workingDir: '/', environment, user: null, stdin, terminal: null }
    return exec({ container, account, ...running, command, ...inside })
  }

  /** What find(1) prints. */
  const look = async (files: ContainerFiles, path: string, args: readonly string[]): Promise<string> => {
    const program = await start(files, tools.command('find', ...args), false)
    const complaints = readComplaints(program.stderr)
    const patience = new Patience(lookMs, () => void program.stdout.destroy(tooSlow(files, path)))
    try {
      const text = await readText(program.stdout, lookLimit)
      const code = await program.ended
      if (code !== 0) throw archiveFailure(files, path, { code, complaints: await complaints })
      return text
    } finally {
      patience.end()
      await program.end()
    }
  }

  const stat: Engine['stat'] = async (files, path) => parseStat(path, await look(files, path, statArguments(path)))

  const readArchive: Engine['readArchive'] = async (files, path, { follow }) => {
    const found = await stat(files, path)
    if (follow && found.target_type === 'missing') throw leadsNowhere(files, path, found)
    const program = await start(files, tools.command('tar', ...readArguments(path, found, follow)), false)
    return { stat: found, ...reading(program, files, path) }
  }

  const reading = (program: RunningExec, files: ContainerFiles, path: string): Omit<ArchiveRead, 'stat'> => {
    const complaints = readComplaints(program.stderr)
    const patience = new Patience(files.running ? null : idleMs, () => void archive.destroy(tooSlow(files, path)))
    const passOn = async function* () {
      for await (const chunk of program.stdout) {
        patience.renew()
        yield chunk as Buffer
      }
      const code = await program.ended
      // With 1 something has changed while it was read, which is no fault of the archive.
      if (code > 1) throw archiveFailure(files, path, { code, complaints: await complaints })
    }
    const archive = Readable.from(passOn(), { objectMode: false })
    archive.on('error', () => undefined) // its reader is told as well, if there still is one
    const closed = new Promise<void>((resolve) => archive.once('close', resolve))
    const ended = closed.then(async () => {
      patience.end()
      program.stdout.destroy()
      await program.end().catch(() => undefined) // nothing more can be done about what outlives SIGKILL
    })
    return { archive, ended }
  }

  const writeArchive: Engine['writeArchive'] = async (files, path, archive) => {
    archive.on('error', () => undefined) // whoever sends it may leave at any time; what reads it asks whether it is whole
    const listing = parseListing(await look(files, path, listArguments(path)))
    const program = await start(files, tools.command('tar', ...writeArguments(path)), true)
    const complaints = readComplaints(program.stderr)
    program.stdout.resume()
    const check = new EntryCheck(listing)
    const slow = Promise.withResolvers<never>()
    const patience = new Patience(files.running ? null : idleMs, () => slow.reject(tooSlow(files, path)))
    const unpack = async () => {
      await feed(archive, check, program, () => patience.renew())
      const code = await program.ended
      const said = await complaints
      if (code !== 0 && !(code === 2 && said.length === 0))
        throw archiveFailure(files, path, { code, complaints: said })
    }
    try {
      await Promise.race([unpack(), slow.promise])
    } finally {
      patience.end()
      check.close()
      await program.end()
    }
  }

  return { stat, readArchive, writeArchive }
}

const readText = async (stream: Readable, limit: number): Promise<string> => {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    chunks.push(chunk)
    size += chunk.length
    if (size > limit) throw apiError('unsupported', `the folder holds more names than fit in ${limit / 2 ** 20} MiB`)
  }
  return Buffer.concat(chunks).toString('utf8')
}

const tooSlow = ({ container }: ContainerFiles, path: string) =>
  apiError('timed_out', `path: "${path}" in ${container}: nothing has come or gone for too long`)

const leadsNowhere = ({ container }: ContainerFiles, path: string, { link_target }: PathStat) =>
  apiError('path_not_found', `path: "${path}" in ${container} is a link to "${link_target}", where there is nothing`)
