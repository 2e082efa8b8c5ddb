import type { AnswerOf, ExecItem, ExecRequest, RequestOf } from '@aptorch/shared'
import type { RunningExec } from '../../engine.ts'
import { interleave, keepHead } from '../output.ts'
import type { OperationDeps } from './operation.ts'

// Of each stream, in an answer that is not a stream itself.
const keptBytes = 1024 * 1024

/** Runs a program to its end. It ends early when the signal is aborted or its time is up. */
export const createExec =
  ({ execs, gate }: OperationDeps) =>
  async (request: ExecRequest, signal: AbortSignal): Promise<AnswerOf<'exec'>> => {
    const { running, timedOut } = await execs.startFor(request, signal)
    const [out, err, exit_code] = await Promise.all([
      keepHead(running.stdout, keptBytes),
      running.stderr ? keepHead(running.stderr, keptBytes) : nothing,
      running.ended,
    ])
    gate.refuseClosed() // it was ended by us
    return {
      container_name: request.container_name,
      exit_code,
      stdout: out.text,
      stderr: err.text,
      truncated: out.truncated || err.truncated,
      timed_out: timedOut(),
    }
  }

/** The same, told as it comes. */
export const createStreamExec =
  ({ execs, gate }: OperationDeps) =>
  async (request: ExecRequest, signal: AbortSignal): Promise<AsyncIterable<ExecItem>> => {
    const { running, timedOut } = await execs.startFor(request, signal)
    return (async function* () {
      try {
        yield* interleave(running.stdout, running.stderr)
        const exit_code = await running.ended
        gate.refuseClosed() // it was ended by us
        yield { exit_code, timed_out: timedOut() }
      } finally {
        execs.end(running)
      }
    })()
  }

// What a terminal is when nobody says: that of the first ones.
const usual = { rows: 24, columns: 80 }

// bash where there is one, as people are used to.
const shell = ['/bin/sh', '-c', 'command -v bash >/dev/null && exec bash; exec sh']

/** Checks that a program can be run, and returns what starts it. */
export const createTerminal =
  ({ execs }: OperationDeps) =>
  async ({ container_name: name, ...asked }: RequestOf<'terminal'>): Promise<() => Promise<RunningExec>> => {
    execs.runningOne(name)
    const { tty = true, stdin = true, rows = usual.rows, columns = usual.columns, command = shell, ...rest } = asked
    return () => execs.start(name, { ...rest, command, stdin, terminal: tty ? { rows, columns } : null })
  }

const nothing = { text: '', truncated: false }
