import { execa } from 'execa'
import { type Account, spawnAs } from './account.ts'
import { killGroup } from './process.ts'

export interface ToolResult {
  readonly ok: boolean
  readonly stdout: string
  readonly stderr: string
}

/** Where programs of the host are looked for. */
export const searchPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

/** Runs what follows as root of a user namespace with the caller's whole id range. */
export const inNamespace = ['unshare', '--map-root-user', '--map-auto', '--'] as const

/** Runs a small program of the host as the daemon. */
export const runTool = (file: string, ...args: readonly string[]): Promise<ToolResult> => run(file, args, {})

/** Runs a small program of the host as an account. */
export const runToolAs = (account: Account, file: string, ...args: readonly string[]): Promise<ToolResult> =>
  run(file, args, spawnAs(account))

/** What a program gets beside its arguments, and how long it may take. */
export interface ToolOptions {
  /** Written to its standard input, which is empty without. */
  readonly input?: string
  /** In milliseconds. What is still there then is killed, and is not waited for: what is frozen would not end. */
  readonly timeout?: number
  /** Variables beside those few that every program gets. */
  readonly environment?: Readonly<Record<string, string>>
}

/** Runs a small program of the host as the daemon, with these options. */
export const runToolWith = (options: ToolOptions, file: string, ...args: readonly string[]): Promise<ToolResult> =>
  run(file, args, options)

const run = async (
  file: string,
  args: readonly string[],
  { input, timeout, environment = {}, ...as }: ToolOptions & { uid?: number; gid?: number },
): Promise<ToolResult> => {
  const child = execa(file, args, {
    ...as,
    cwd: '/',
    // Whoever it runs as can read its environment: the daemon's own stays with the daemon.
    extendEnv: false,
    env: { PATH: searchPath, LANG: 'C.UTF-8', ...environment },
    detached: true,
    cleanup: false,
    ...(input === undefined ? { stdin: 'ignore' } : { input }),
    reject: false,
    maxBuffer: outputLimit,
  })
  const { nodeChildProcess: started } = child
  // unshare(1), where the kernel refuses it a namespace, leaves a child behind that would keep our pipes open for ever.
  started.once('exit', (code) => {
    if (code !== 0) killGroup(child.pid)
  })
  const giveUp = () => {
    // Once it has ended, its number may be another's: all that is left then is what holds our pipes.
    if (started.exitCode === null && started.signalCode === null) killGroup(child.pid)
    for (const pipe of started.stdio) pipe?.destroy()
    started.unref()
  }
  const ended = child.then(({ exitCode, stdout, stderr, originalMessage }) => ({
    ok: exitCode === 0,
    stdout,
    stderr: stderr || (originalMessage ?? ''),
  }))
  return timeout === undefined
    ? ended
    : within(timeout, ended, () => {
        giveUp()
        return { ok: false, stdout: '', stderr: `${file} did not end within ${timeout / 1000} s` }
      })
}

const within = async <T>(ms: number, work: Promise<T>, otherwise: () => T): Promise<T> => {
  const { promise, resolve } = Promise.withResolvers<T>()
  const timer = setTimeout(() => resolve(otherwise()), ms)
  try {
    return await Promise.race([work, promise])
  } finally {
    clearTimeout(timer)
  }
}

// A listing of a large image has some ten megabytes.
const outputLimit = 512 * 1024 * 1024
