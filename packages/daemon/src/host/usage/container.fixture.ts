import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { test as base } from 'vitest'
import { inCgroups } from '../launcher.ts'
import { identify, type ProcessIdentity } from '../process.ts'

/** What the kernel makes of a container: namespaces of its own, in which who runs the tests is root. */
export interface Handmade {
  /** Its first process. */
  readonly process: ProcessIdentity
  /** The process outside that made it. */
  readonly maker: number
  /** Runs one more program in it, from outside; it says something once it runs. */
  readonly enter: (line: string) => Promise<ChildProcess>
}

/** Starts one whose first process runs a shell line that says something once it is ready; in cgroups by their procs files. */
type Start = (line: string, procsFiles?: readonly string[]) => Promise<Handmade>

export const test = base.extend('start', ({ onTestFinished }): Start => {
  const open = async (file: string, ...args: readonly string[]) => {
    const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'inherit'] })
    onTestFinished(async () => {
      child.kill('SIGKILL')
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
    })
    const [said] = await Promise.race([once(child.stdout, 'data'), once(child, 'exit').then(() => [])])
    if (said === undefined) throw new Error(`${file} ended at once`)
    return child
  }
  return async (line, procsFiles = []) => {
    const [file = '', ...args] = inCgroups(procsFiles, [...unshare, 'sh', '-c', line])
    const child = await open(file, ...args)
    const maker = child.pid ?? 0
    const process = identify(Number(readFileSync(`/proc/${maker}/task/${maker}/children`, 'utf8')))
    if (!process) throw new Error('its first process ended at once')
    const into = [`--target=${process.pid}`, '--user', '--preserve-credentials', '--mount', '--pid', '--net', '--']
    return { process, maker, enter: (line) => open('nsenter', ...into, 'sh', '-c', line) }
  }
})

const namespaces = ['--user', '--map-root-user', '--net', '--mount', '--pid'] as const
const unshare = ['unshare', ...namespaces, '--fork', '--kill-child', '--mount-proc', '--'] as const
