import type { ProcessIdentity } from '../host/process.ts'
import type { ContainerRecord } from '../store/record.ts'

/** What a look at a container's processes found. */
export type Look =
  | { readonly found: 'alive'; readonly process: ProcessIdentity; readonly exitCode: number | undefined }
  | { readonly found: 'gone'; readonly exitCode: number | undefined; readonly rebooted: boolean }
  | { readonly found: 'unreadable'; readonly reason: string }

/** What follows from it. */
export type Step =
  | { readonly do: 'nothing' }
  | { readonly do: 'adopt'; readonly process: ProcessIdentity }
  | { readonly do: 'finish'; readonly process: ProcessIdentity; readonly exitCode: number }
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
 * a reboot and a command that ends are cases of it. Only for containers that no operation is working on.
 */
export const planStep = (record: ContainerRecord, look: Look): Step => {
  const expected = record.state === 'running' || record.state === 'paused' || record.state === 'unknown'
  if (look.found === 'unreadable') {
    return expected && record.state !== 'unknown' ? { do: 'doubt', reason: look.reason } : { do: 'nothing' }
  }
  if (look.found === 'alive') {
    if (expected && look.exitCode !== undefined) return { do: 'finish', process: look.process, exitCode: look.exitCode }
    if (record.state === 'unknown' || record.state === 'creating') return { do: 'adopt', process: look.process }
    return expected ? { do: 'nothing' } : { do: 'stop stray', process: look.process }
  }
  const firstStart = record.state === 'creating' && record.started_at === null
  if (firstStart) return noteEnd('failed', null, 'the daemon ended while the container was being created')
  // One that is being created and ran before is one that was being started again, after a reboot: that still holds.
  const startingAgain = record.state === 'creating'
  if (!expected && !startingAgain) return { do: 'nothing' }
  if (look.exitCode !== undefined) return noteEnd('exited', look.exitCode, null)
  if (!look.rebooted && !startingAgain) return noteEnd('failed', null, 'its processes were killed from outside')
  return record.spec.restart_policy === 'no' ? noteEnd('stopped', null, 'the machine went down') : { do: 'start again' }
}

const noteEnd = (state: 'exited' | 'failed' | 'stopped', exitCode: number | null, error: string | null): Step => ({
  do: 'note end',
  state,
  exitCode,
  error,
})
