import { delimiter, dirname } from 'node:path'
import { execa } from 'execa'
import type { AccountFolders } from '../home.ts'
import { type Account, spawnAs } from '../host/account.ts'
import { type Confines, confinedCommand } from '../host/launcher.ts'
import { killGroup } from '../host/process.ts'
import type { Log } from '../log.ts'

export interface RunOptions {
  readonly account: Account
  readonly folders: AccountFolders
  readonly cwd: string
  /** What it runs within; when left out, within the daemon's own cgroup and network. */
  readonly confines?: Confines
  readonly environment?: Readonly<Record<string, string>>
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

/** Runs Apptainer. */
export type Apptainer = (args: readonly string[], options: RunOptions) => Promise<RunResult>

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

/**
 * The one place where Apptainer is started: as the account, in a process group of its own (a Ctrl-C at the daemon's
 * terminal must not reach it), with a clean environment, logged with its duration and exit code.
 */
export const createApptainer =
  (path: string, daemonEnvironment: NodeJS.ProcessEnv, log: Log): Apptainer =>
  async (args, { account, folders, cwd, confines, environment = {}, timeout, signal, onStart }) => {
    const began = performance.now()
    const [file = path, ...argv] = confines ? confinedCommand(account, confines, [path, ...args]) : [path, ...args]
    const child = execa(file, argv, {
      ...(confines ? {} : spawnAs(account)),
      cwd,
      detached: true,
      cleanup: false,
      extendEnv: false,
      env: { ...engineEnvironment(path, folders, daemonEnvironment), ...environment },
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
      log.debug({
        event: 'apptainer',
        args,
        account: account.name,
        ms: Math.round(performance.now() - began),
        exit_code: exitCode ?? null,
      })
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
