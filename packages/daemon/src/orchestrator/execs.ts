import { setTimeout as sleep } from 'node:timers/promises'
import { apiError, type ExecRequest, wordsOf } from '@aptorch/shared'
import type { Engine, RunningExec, TerminalSize } from '../engine.ts'
import { findUserInside } from '../host/users-inside.ts'
import type { Log } from '../log.ts'
import type { ContainerRecord } from '../store/record.ts'
import type { Accounts } from './accounts.ts'
import type { Confinement } from './confinement.ts'
import { type Gate, refuseUnknown } from './gate.ts'

export interface ExecsDeps {
  readonly engine: Engine
  readonly accounts: Accounts
  readonly confinement: Confinement
  readonly gate: Gate
  readonly log: Log
}

/** What a program in a container is given. */
export interface ExecOptions extends Pick<ExecRequest, 'command' | 'environment' | 'working_dir' | 'user'> {
  readonly stdin: boolean
  readonly terminal: TerminalSize | null
}

export interface TimedExec {
  readonly running: RunningExec
  readonly timedOut: () => boolean
}

/** Further programs in containers that run. They end with the daemon, not with whoever asked for them: that is up to the caller. */
export class Execs {
  readonly #deps: ExecsDeps
  readonly #running = new Set<RunningExec>()

  constructor(deps: ExecsDeps) {
    this.#deps = deps
  }

  /** Starts a program. Rejects with an ApiError when the container doesn't run, or the program can't be run in it at all. */
  async start(name: string, options: ExecOptions): Promise<RunningExec> {
    const { engine, accounts, confinement } = this.#deps
    const { spec, process } = this.runningOne(name)
    const running = await engine.exec({
      container: name,
      account: await accounts.get(spec.account),
      process,
      confines: confinement.confinesOf(name),
      command: wordsOf(options.command),
      workingDir: options.working_dir ?? spec.working_dir ?? '/',
      environment: { ...spec.environment, ...options.environment },
      user: options.user === undefined ? null : await findUserInside(process, options.user),
      stdin: options.stdin,
      terminal: options.terminal,
    })
    this.#running.add(running)
    running.ended.then(() => this.#running.delete(running))
    return running
  }

  /** Starts one that is to be over some time: it is ended when its time is up, or the signal is aborted. */
  async startFor(
    { container_name, stdin, timeout_s, ...options }: ExecRequest,
    signal?: AbortSignal,
  ): Promise<TimedExec> {
    const running = await this.start(container_name, { ...options, stdin: stdin !== undefined, terminal: null })
    running.stdin?.on('error', () => undefined) // it reads no more: that is its own business
    running.stdin?.end(stdin)
    let timedOut = false
    const end = () => this.end(running)
    const timeUp = () => {
      timedOut = true
      end()
    }
    const timer = timeout_s === undefined ? undefined : setTimeout(timeUp, timeout_s * 1000)
    signal?.addEventListener('abort', end)
    if (signal?.aborted) end()
    running.ended.then(() => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', end)
    })
    return { running, timedOut: () => timedOut }
  }

  /** A container that programs can be run in. Throws an ApiError that says why there is none. */
  runningOne(name: string): ContainerRecord & { process: NonNullable<ContainerRecord['process']> } {
    const record = this.#deps.gate.known(name)
    refuseUnknown(record)
    const { state, process } = record
    if (state === 'paused') throw apiError('container_paused', `${name} is paused; resume it first`)
    if (state === 'creating') throw apiError('being_created', `${name} is still being created; try again when it runs`)
    if (state !== 'running' || !process) {
      throw apiError(
        'not_running',
        `${name} is not running: it is ${state}; start it again first (aptorch restart ${name})`,
      )
    }
    return { ...record, process }
  }

  /** Has one end, and doesn't wait for that. What outlives even SIGKILL hangs in the kernel: it is logged, and left there. */
  end(running: RunningExec): void {
    running.end().catch((err: unknown) => this.#deps.log.error({ event: 'program not ended', err }))
  }

  /** Ends all of them. Resolves when they have ended, or after that many milliseconds. */
  async close(timeoutMs: number): Promise<void> {
    const all = [...this.#running]
    for (const running of all) this.end(running)
    const waiting = new AbortController()
    const timeout = sleep(timeoutMs, undefined, { signal: waiting.signal }).catch(() => undefined) // all have ended
    await Promise.race([Promise.all(all.map((running) => running.ended)), timeout])
    waiting.abort()
  }
}
