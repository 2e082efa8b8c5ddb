import { execa } from 'execa'
import { type Account, spawnAs } from './account.ts'
import { killGroup } from './process.ts'

export interface ToolResult {
  readonly ok: boolean
  readonly stdout: string
  readonly stderr: string
}

/** Runs what follows as root of a user namespace with the caller's whole id range. */
export const inNamespace = ['unshare', '--map-root-user', '--map-auto', '--'] as const

/** Runs a small program of the host as the daemon. */
export const runTool = (file: string, ...args: readonly string[]): Promise<ToolResult> => run(file, args, {})

/** Runs a small program of the host as an account. */
export const runToolAs = (account: Account, file: string, ...args: readonly string[]): Promise<ToolResult> =>
  run(file, args, spawnAs(account))

const run = async (file: string, args: readonly string[], as: { uid?: number; gid?: number }): Promise<ToolResult> => {
  const child = execa(file, args, {
    ...as,
    cwd: '/',
    // Whoever it runs as can read its environment: the daemon's own stays with the daemon.
    extendEnv: false,
    env: { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', LANG: 'C.UTF-8' },
    detached: true,
    cleanup: false,
    stdin: 'ignore',
    reject: false,
    maxBuffer: outputLimit,
  })
  // unshare(1), where the kernel refuses it a namespace, leaves a child behind that would keep our pipes open for ever.
  child.nodeChildProcess.once('exit', (code) => {
    if (code !== 0) killGroup(child.pid)
  })
  const { exitCode, stdout, stderr, originalMessage } = await child
  return { ok: exitCode === 0, stdout, stderr: stderr || (originalMessage ?? '') }
}

// A listing of a large image has some ten megabytes.
const outputLimit = 512 * 1024 * 1024
