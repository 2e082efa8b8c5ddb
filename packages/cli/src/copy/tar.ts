import type { ChildProcess } from 'node:child_process'
import process from 'node:process'
import type { World } from '../world.ts'

export interface TarRun {
  readonly child: ChildProcess
  /** Resolves when it has ended well; rejects with an Error that has what it said. */
  readonly done: Promise<void>
}

export interface TarOptions {
  readonly world: Pick<World, 'env' | 'signal'>
  readonly stdio: readonly ['ignore' | 'pipe', 'ignore' | 'pipe']
  /** The highest exit code that is no failure. */
  readonly tolerated: number
}

const outputLimit = 2000

/** Runs the caller's own GNU tar. Of the environment it gets no more than it needs: TAR_OPTIONS would count as arguments. */
export const runTar = (
  args: readonly string[],
  { world: { env, signal }, stdio: [input, output], tolerated }: TarOptions,
): TarRun => {
  // Not imported: other subcommands would load it for nothing.
  const child = process.getBuiltinModule('node:child_process').spawn('tar', args, {
    stdio: [input, output, 'pipe'],
    env: { PATH: env.PATH, LC_ALL: 'C' },
    signal,
  })
  let said = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    if (said.length < outputLimit) said += text
  })
  child.stdin?.on('error', () => undefined) // it has ended before it has read everything; its exit code says why
  const { promise: done, resolve, reject } = Promise.withResolvers<void>()
  child.once('error', (error) => reject(signal.aborted ? error : new Error(`tar: ${error.message}`, { cause: error })))
  child.once('close', (code, ended) => {
    if (code !== null && code <= tolerated) resolve()
    else reject(new Error(said.trim().slice(0, outputLimit) || `tar ended with ${code ?? ended}`))
  })
  done.catch(() => undefined) // whoever waits for it is told
  return { child, done }
}
