import { setTimeout as sleep } from 'node:timers/promises'
import { apiError } from '@aptorch/shared'
import type { RunningInstance } from '../engine.ts'
import { hasChildren, isAlive, signal } from '../host/process.ts'

const pollMs = 10
const killWaitMs = 5000

/**
 * Ends an instance. Apptainer's first process passes SIGTERM on to the start script's process group and stays itself;
 * when that group has ended, or the time is up, SIGKILL to the first process takes all that is left with it.
 * (`apptainer instance stop` does the same, but then waits for the machine's PID 1 to reap, which can take seconds.)
 */
export const stopInstance = async (
  { container, account, process }: RunningInstance,
  graceMs: number,
  hasExited: () => Promise<boolean>,
): Promise<void> => {
  signal(process, account.uid, 'SIGTERM')
  const ended = async () => !isAlive(process) || !hasChildren(process.pid) || (await hasExited())
  await waitUntil(ended, graceMs)
  signal(process, account.uid, 'SIGKILL')
  if (await waitUntil(async () => !isAlive(process), killWaitMs)) return
  throw apiError(
    'stop_failed',
    `${container} did not end: process ${process.pid} outlives SIGKILL (it may hang in a file system)`,
  )
}

/** Whether the condition came true within that many milliseconds. */
export const waitUntil = async (condition: () => Promise<boolean>, ms: number): Promise<boolean> => {
  const deadline = performance.now() + ms
  while (!(await condition())) {
    if (performance.now() >= deadline) return false
    await sleep(pollMs)
  }
  return true
}
