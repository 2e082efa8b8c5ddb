import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { identify } from '../process.ts'
import type { Cgroups } from './cgroups.ts'
import { within } from './wait.ts'

// Notes itself in each file before "--", then becomes what follows it.
const enter = 'while [ "$1" != -- ]; do echo $$ >"$1" || exit 125; shift; done; shift; exec "$@"'

/** Runs a command in a container's cgroup. */
export const run = (cgroups: Cgroups, container: string, ...command: readonly string[]) =>
  spawn('sh', ['-c', enter, 'enter', ...cgroups.procsFiles(container), '--', ...command], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })

/** Two processes in a container's cgroup, one of which is no longer ours. */
export const start = async (cgroups: Cgroups, container: string) => {
  const child = run(cgroups, container, 'sh', '-c', '(sleep 1000 & echo $!); exec sleep 1000')
  const [pid] = await once(child.stdout, 'data')
  const orphan = identify(Number(pid))
  if (orphan === undefined) throw new Error(`no process ${pid}`)
  const onlyTwo = async () => readPids(cgroups.procsFiles(container)[0] ?? '').length === 2 // its parent has ended
  if (!(await within(5_000, onlyTwo))) throw new Error(`${container} has others than the two processes`)
  return { child, orphan }
}

/** The processes that a file of a cgroup lists. */
export const readPids = (file: string) => readFileSync(file, 'utf8').trim().split('\n').map(Number)
