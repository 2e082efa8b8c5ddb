import { apiError } from '@aptorch/shared'
import type { Engine, ExecOrder, RunningExec } from '../../engine.ts'
import type { AccountFolders } from '../../home.ts'
import type { Account } from '../../host/account.ts'
import { identify, isAlive } from '../../host/process.ts'
import { containerEnvironment } from '../arguments.ts'
import type { Apptainer } from '../run.ts'
import { type ExecTools, execArguments, execEnvironment } from './arguments.ts'
import { endProgram } from './end.ts'
import { notStarted, readFailure } from './failure.ts'
import type { Pipes } from './pipes.ts'
import { untilProgramRuns } from './program.ts'
import { type ExecStreams, openPipeStreams } from './streams.ts'
import { openTerminalStreams } from './terminal.ts'

export interface ExecDeps {
  readonly apptainer: Apptainer
  readonly tools: ExecTools
  /** The command that runs the terminals' holder. */
  readonly holder: readonly string[]
  readonly pipes: Pipes
  readonly foldersOf: (account: Account) => AccountFolders
  /** How long a program may take to end after SIGTERM or SIGHUP, in milliseconds; 2000 when left out. */
  readonly graceMs?: number
}

/** Runs programs in instances. */
export const createExec = ({ apptainer, tools, holder, pipes, foldersOf, graceMs = 2000 }: ExecDeps) => {
  const exec: Engine['exec'] = async (order) => {
    const args = execArguments(order, tools)
    refuseEnded(order)
    const streams = await openStreams(order)
    try {
      return await run(order, args, streams)
    } catch (error) {
      streams.destroy()
      refuseEnded(order)
      throw error
    }
  }

  const openStreams = async (order: ExecOrder): Promise<ExecStreams> => {
    try {
      return await (order.terminal ? openTerminalStreams(order, order.terminal, holder) : openPipeStreams(pipes, order))
    } catch (error) {
      refuseEnded(order)
      throw notStarted(order.container, (error as Error).message, error)
    }
  }

  const run = async (order: ExecOrder, args: readonly string[], streams: ExecStreams): Promise<RunningExec> => {
    const started = await apptainer
      .start(args, {
        account: order.account,
        folders: foldersOf(order.account),
        cwd: '/',
        confines: order.confines,
        environment: containerEnvironment(execEnvironment(order)),
        stdio: streams.stdio,
      })
      .catch((error: Error) => Promise.reject(notStarted(order.container, error.message, error)))
    const starter = identify(started.pid)
    streams.started()

    let hasEnded = false
    const outcome = started.exited.then(async (code) => {
      hasEnded = true
      streams.finish()
      const failure = await streams.filter.settle(code, (line) => readFailure(line, code, order))
      return { code: failure?.code ?? code, error: failure?.error }
    })
    await Promise.race([outcome, untilProgramRuns(started.pid, Boolean(order.terminal ?? order.user), () => hasEnded)])
    if (hasEnded) {
      const { error } = await outcome
      if (error) throw error
    }

    let ending: Promise<void> | undefined
    const end = async () => {
      try {
        if (hasEnded || !starter) return
        const { hangUp } = streams
        await endProgram({ container: order.container, starter, hasEnded: () => hasEnded, hangUp, graceMs })
        await started.exited
      } finally {
        streams.cut() // what it left behind may go on printing
      }
    }
    return {
      stdin: streams.stdin,
      stdout: streams.stdout,
      stderr: streams.stderr,
      ended: outcome.then(({ code }) => code),
      resize: streams.resize,
      end: () => {
        ending ??= end()
        return ending
      },
    }
  }

  return exec
}

const refuseEnded = ({ container, process }: ExecOrder) => {
  if (!isAlive(process)) throw apiError('not_running', `${container} is not running`)
}
