import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { delimiter, dirname } from 'node:path'
import { execa } from 'execa'
import type { AccountFolders } from '../home.ts'
import { type Account, spawnAs } from '../host/account.ts'
import { type Confines, confinedCommand } from '../host/launcher.ts'
import { killGroup } from '../host/process.ts'
import type { Log } from '../log.ts'

interface Launch {
  readonly account: Account
  readonly folders: AccountFolders
  readonly cwd: string
  /** What it runs within; when left out, within the daemon's own cgroup and network. */
  readonly confines?: Confines
  readonly environment?: Readonly<Record<string, string>>
}

export interface RunOptions extends Launch {
  /** Milliseconds; none when left out. */
  readonly timeout?: number
  readonly signal?: AbortSignal
  /** Called with the process id, which is also that of its process group. */
  readonly onStart?: (pid: number) => Promise<void>
}

export interface RunResult {
  readonly ok: boolean
  readonly aborted: boolean
  readonly timedOut: boolean
  readonly stdout: string
  /** The last 64 KiB at the most. */
  readonly stderr: string
}

export interface StartOptions extends Launch {
  /** Descriptors that become its standard input, output and error; they stay the caller's to close. */
  readonly stdio: readonly [number | 'ignore', number, number]
}

export interface StartedProcess {
  /** Also that of its process group and of its session. */
  readonly pid: number
  /** Resolves to its exit code, 128 and the signal's number when one ended it. Never rejects. */
  readonly exited: Promise<number>
}

/**
 * The one place where Apptainer is started: as the account, in a process group of its own (a Ctrl-C at the daemon's
 * terminal must not reach it), with a clean environment, logged with its duration and exit code.
 */
export interface Apptainer {
  /** Runs it to its end. */
  run(args: readonly string[], options: RunOptions): Promise<RunResult>
  /** Starts it and leaves it to the caller. Rejects with an Error when that can't be done. */
  start(args: readonly string[], options: StartOptions): Promise<StartedProcess>
}

// What a pull through a company's proxy needs of the daemon's own environment. Nothing else goes along: APPTAINER_* and
// SINGULARITY_* variables act as flags.
const passedOn = [
  'http_proxy',
  'https_proxy',
  'no_proxy',
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'NO_PROXY',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
]

const outputLimit = 64 * 1024

export const createApptainer = (path: string, daemonEnvironment: NodeJS.ProcessEnv, log: Log): Apptainer => {
  const prepare = (args: readonly string[], { account, folders, cwd, confines, environment = {} }: Launch) => {
    const [file = path, ...argv] = confines ? confinedCommand(account, confines, [path, ...args]) : [path, ...args]
    const env = { ...engineEnvironment(path, folders, daemonEnvironment), ...environment }
    return { file, argv, options: { ...(confines ? {} : spawnAs(account)), cwd, env, detached: true } }
  }

  /** To be called with the exit code of what starts now. */
  const startLog = (args: readonly string[], account: Account) => {
    const began = performance.now()
    return (exitCode: number | undefined) =>
      log.debug({
        event: 'apptainer',
        args,
        account: account.name,
        ms: Math.round(performance.now() - began),
        exit_code: exitCode ?? null,
      })
  }

  const run: Apptainer['run'] = async (args, { timeout, signal, onStart, ...launch }) => {
    const { file, argv, options } = prepare(args, launch)
    const logEnd = startLog(args, launch.account)
    const child = execa(file, argv, {
      ...options,
      cleanup: false,
      extendEnv: false,
      stdin: 'ignore',
      reject: false,
      buffer: false,
    })
    const stdout = keepTail(child.stdout)
    const stderr = keepTail(child.stderr)
    const stop = () => killGroup(child.pid)
    const aborted = () => signal?.aborted === true
    signal?.addEventListener('abort', stop)
    if (aborted()) stop()
    let timedOut = false
    const timer =
      timeout === undefined
        ? undefined
        : setTimeout(() => {
            timedOut = true
            stop()
          }, timeout)
    try {
      if (child.pid !== undefined) await onStart?.(child.pid)
      const { exitCode, cause } = await child
      logEnd(exitCode)
      return {
        ok: exitCode === 0,
        aborted: aborted(),
        timedOut,
        stdout: stdout(),
        stderr: exitCode === undefined && cause ? String(cause) : stderr(),
      }
    } finally {
      clearTimeout(timer)
      signal?.removeEventListener('abort', stop)
    }
  }

  const start: Apptainer['start'] = (args, { stdio, ...launch }) => {
    const { file, argv, options } = prepare(args, launch)
    const logEnd = startLog(args, launch.account)
    return new Promise((resolve, reject) => {
      const child = spawn(file, argv, { ...options, stdio: [...stdio] })
      const exited = new Promise<number>((settle) => {
        child.once('exit', (code, signal) => {
          const exitCode = code ?? 128 + constants.signals[signal ?? 'SIGKILL']
          logEnd(exitCode)
          settle(exitCode)
        })
      })
      child.once('error', reject)
      child.once('spawn', () => resolve({ pid: child.pid ?? 0, exited }))
    })
  }

  return { run, start }
}

const engineEnvironment = (path: string, folders: AccountFolders, daemon: NodeJS.ProcessEnv) => ({
  ...Object.fromEntries(passedOn.flatMap((name) => (daemon[name] === undefined ? [] : [[name, daemon[name]]]))),
  // Its helpers (unsquashfs, newuidmap, …) lie beside it or in the system's folders, sbin among them.
  PATH: [dirname(path), '/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'].join(delimiter),
  LANG: 'C.UTF-8',
  HOME: folders.instances,
  APPTAINER_CONFIGDIR: folders.instances,
  APPTAINER_CACHEDIR: folders.cache,
  APPTAINER_TMPDIR: folders.tmp,
})

/** Reads a stream to its end and keeps the last bytes of it. */
const keepTail = (stream: NodeJS.ReadableStream) => {
  let kept = ''
  stream.setEncoding('utf8')
  stream.on('data', (chunk: string) => {
    kept = (kept + chunk).slice(-outputLimit)
  })
  return () => kept
}
