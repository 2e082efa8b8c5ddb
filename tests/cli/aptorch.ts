import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'

export interface Outcome {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface Setting {
  /** All of its environment beside PATH. */
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
}

/** The command line as it was built. */
export const program = join(import.meta.dirname, '..', '..', 'dist', 'aptorch')

/** Runs any program to its end. */
export const run = async (file: string, args: readonly string[], setting: Setting = {}): Promise<Outcome> => {
  const child = spawn(file, args, {
    env: { PATH: process.env.PATH, ...setting.env },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(setting.cwd === undefined ? {} : { cwd: setting.cwd }),
  })
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
  return { code: code as number | null, stdout, stderr }
}

/** The command line of a caller whose APTORCH_HOST is this address. */
export const aptorchAt =
  (host: string) =>
  (...args: string[]): Promise<Outcome> =>
    run(program, args, { env: { APTORCH_HOST: host } })

/** What is seen on a terminal of so many columns, control sequences included. */
export const onTerminal = (columns: number, line: string, env: Readonly<Record<string, string>>): Promise<Outcome> =>
  run('script', ['--quiet', '--return', '--command', `stty cols ${columns}; exec ${line}`, '/dev/null'], {
    env: { TERM: 'xterm', SHELL: '/bin/sh', ...env },
  })
