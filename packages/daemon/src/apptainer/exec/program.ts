import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { identify, type ProcessIdentity } from '../../host/process.ts'
import { toolsInside } from '../arguments.ts'

// What Apptainer's starter calls itself, and its child until that becomes the program (setproctitle in starter.c).
const starterTitle = 'Apptainer runtime parent'

const pollMs = 5
const longestMs = 1000

/**
 * Resolves when Apptainer has become the program, `byTools` after the guest tools that become it, as far as can be told: at once
 * for one that has ended, and after a while in any case.
 */
export const untilProgramRuns = async (starter: number, byTools: boolean, hasEnded: () => boolean): Promise<void> => {
  const launchers = [starterTitle, ...(byTools ? [`${toolsInside}/`] : [])]
  const deadline = performance.now() + longestMs
  while (!hasEnded() && !hasProgram(starter, launchers) && performance.now() < deadline) await sleep(pollMs)
}

/** The processes that a starter has started: the program, or what becomes it. */
export const programsOf = (starter: number): ProcessIdentity[] =>
  childrenOf(starter).flatMap((pid) => identify(pid) ?? [])

const hasProgram = (starter: number, launchers: readonly string[]) => {
  if (!titleOf(starter).startsWith(starterTitle)) return false
  return childrenOf(starter).some((pid) => {
    const title = titleOf(pid)
    return title !== '' && !launchers.some((launcher) => title.startsWith(launcher))
  })
}

const childrenOf = (pid: number): number[] =>
  orNothing(() => readdirSync(`/proc/${pid}/task`), []).flatMap((thread) =>
    read(`/proc/${pid}/task/${thread}/children`).split(' ').filter(Boolean).map(Number),
  )

const titleOf = (pid: number) => read(`/proc/${pid}/cmdline`)

const read = (path: string) => orNothing(() => readFileSync(path, 'latin1').trim(), '')

/** What is gone meanwhile has nothing to show. */
const orNothing = <T>(look: () => T, nothing: T): T => {
  try {
    return look()
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return nothing
    throw error
  }
}
