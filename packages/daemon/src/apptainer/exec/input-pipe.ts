import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, constants, fchmodSync, openSync } from 'node:fs'
import { searchPath } from '../../host/tool.ts'
import type { Pipe } from './pipes.ts'

/**
 * A pipe without a name for a program to read. A named one would do as long as it is written: who opens that again after
 * its end, as `cat /dev/stdin` does, waits for ever (fifo(7)). A shell makes it, from which both ends are taken.
 */
export const openInputPipe = async (): Promise<Pipe> => {
  const shell = spawn('sh', ['-c', holdPipe], {
    cwd: '/',
    env: { PATH: searchPath },
    stdio: ['pipe', 'pipe', 'ignore'],
    detached: true,
  })
  const over = new AbortController()
  const closed = once(shell, 'close', { signal: over.signal }).then(() => {
    throw new Error('sh could not make a pipe')
  })
  try {
    const [pid] = await Promise.race([once(shell.stdout, 'data', { signal: over.signal }), closed])
    return takeBoth(`/proc/${Number(pid)}/fd/3`)
  } finally {
    over.abort()
    closed.catch(() => undefined) // no longer waited for
    shell.stdin.end() // it ends with that
  }
}

// The last part of the pipeline becomes a shell that has the pipe as 3, tells its own pid and waits for the end of its input.
const holdPipe = `{ : | exec sh -c 'echo "$$"; read -r _' 3<&0 <&9; } 9<&0`

const takeBoth = (path: string): Pipe => {
  const theirs = openSync(path, constants.O_RDONLY)
  try {
    fchmodSync(theirs, 0o666) // any user of the container may open it again
    return { theirs, ours: openSync(path, constants.O_WRONLY | constants.O_NONBLOCK) }
  } catch (error) {
    closeSync(theirs)
    throw error
  }
}
