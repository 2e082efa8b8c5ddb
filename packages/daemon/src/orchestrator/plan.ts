import type { ProcessIdentity } from '../host/process.ts'
import type { ContainerRecord } from '../store/record.ts'
import { isRestartDue } from './restart-policy.ts'

/** What a shell reports of a program that SIGKILL ended: such a command writes no exit code of its own. */
export const killedCode = 128 + 9

/** What a look at a container's processes found. */
export type Look =
  | {
      readonly found: 'alive'
      readonly process: ProcessIdentity
      readonly exitCode: number | undefined
      readonly frozen: boolean
    }
  | {
      readonly found: 'gone'
      readonly exitCode: number | undefined
      readonly rebooted: boolean
      /** The kernel ended processes of it for want of memory. */
      readonly outOfMemory: boolean
    }
  | { readonly found: 'unreadable'; readonly reason: string }

/** What follows from it. */
export type Step =
  | { readonly do: 'nothing' }
  | { readonly do: 'adopt'; readonly process: ProcessIdentity }
  | { readonly do: 'finish'; readonly process: ProcessIdentity; readonly exitCode: number }
  | { readonly do: 'note pause'; readonly state: 'paused' | 'running' }
  | { readonly do: 'stop stray'; readonly process: ProcessIdentity }
  | { readonly do: 'start again' }
  | { readonly do: 'doubt'; readonly reason: string }
  | {
      readonly do: 'note end'
      readonly state: 'exited' | 'failed' | 'stopped'
      readonly exitCode: number | null
      readonly error: string | null
    }

/**
 * The rules by which what is known follows what runs. The same at the daemon's start and all along: a crash of the daemon,
 * a reboot, a command that ends and a restart that is due are cases of it. Only for containers that no operation is working
 * on. `now` is in milliseconds since 1970.
 */
export const planStep = (record: ContainerRecord, look: Look, now: number): Step => {
  const expected = record.state === 'running' || record.state === 'paused' || record.state === 'unknown'
  if (look.found === 'unreadable') {
    return expected && record.state !== 'unknown' ? { do: 'doubt', reason: look.reason } : { do: 'nothing' }
  }
  if (look.found === 'alive') {
    if (expected && look.exitCode !== undefined) return { do: 'finish', process: look.process, exitCode: look.exitCode }
    if (record.state === 'unknown' || record.state === 'creating') return { do: 'adopt', process: look.process }
    if (!expected) return { do: 'stop stray', process: look.process }
    const state = look.frozen ? 'paused' : 'running'
    return record.state === state ? { do: 'nothing' } : { do: 'note pause', state }
  }
  const firstStart = record.state === 'creating' && record.started_at === null
  if (firstStart) return noteEnd('failed', null, 'the daemon ended while the container was being created')
  // One that is being created and ran before is one that was being started again, after a reboot: that still holds.
  const startingAgain = record.state === 'creating'
  if (!expected && !startingAgain) return isRestartDue(record, now) ? { do: 'start again' } : { do: 'nothing' }
  if (look.rebooted && comesBack(record.spec.restart_policy, look.exitCode)) return { do: 'start again' }
  if (look.exitCode !== undefined) return noteEnd('exited', look.exitCode, null)
  if (look.outOfMemory) return noteEnd('exited', killedCode, null)
  if (!look.rebooted && !startingAgain) return noteEnd('failed', null, 'its processes were killed from outside')
  return record.spec.restart_policy === 'no' ? noteEnd('stopped', null, 'the machine went down') : { do: 'start again' }
}

/**
 * Whether the machine's end counts as a container's own. A machine that is shut down sends SIGTERM to all that runs, so a command
 * may have ended well, or with 143, and have said so, though it was meant to go on.
 */
const comesBack = (policy: string, exitCode: number | undefined) =>
  policy !== 'no' && !(policy.startsWith('on-failure') && exitCode === 0)

const noteEnd = (state: 'exited' | 'failed' | 'stopped', exitCode: number | null, error: string | null): Step => ({
  do: 'note end',
  state,
  exitCode,
  error,
})
