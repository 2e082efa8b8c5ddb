import { type Answered, ApiError } from '@aptorch/shared'
import type { Invocation } from './arguments/invocation.ts'
import { doingOf } from './commands/doing.ts'
import { connect } from './connection/connection.ts'
import { describeError, exitCodeOf, InterruptedError, UnreachableError } from './errors.ts'
import { type ExitCode, exitCodes } from './exit-codes.ts'
import { printAnswer } from './output/print.ts'
import { withProgress } from './output/progress.ts'
import type { World } from './world.ts'

/** Asks the daemon for all at once and prints in the order that was typed. The exit code is that of the first failure. */
export const execute = async (invocation: Invocation, world: World): Promise<ExitCode> => {
  const { command, requests, flags, host, output } = invocation
  const call = connect(host, world, world.signal)
  const work = Promise.allSettled(requests.map((request) => command.procedure.run(call, command.row, request, flags)))
  const doing = output === 'names' ? undefined : doingOf(command.row.name, requests)
  const results = doing === undefined ? await work : await withProgress(doing, work, world.stderr)

  const failures = results.filter((result) => result.status === 'rejected')
  const [first] = failures
  // What is so for all of them is said once.
  if (first && isCommon(first.reason)) throw first.reason
  for (const [index, result] of results.entries()) report(invocation, index, result, world)
  return first ? exitCodeOf(first.reason) : exitCodes.done
}

const isCommon = (error: unknown) => error instanceof UnreachableError || error instanceof InterruptedError

const report = (invocation: Invocation, index: number, result: PromiseSettledResult<Answered>, world: World) => {
  if (result.status === 'fulfilled') return printAnswer(invocation, result.value, world)
  const several = invocation.requests.length > 1
  const name = several ? `${invocation.requests[index]?.container_name}: ` : ''
  // Scripts get the failure's body where they would have got the answer's.
  if (invocation.output === 'json' && result.reason instanceof ApiError) {
    world.stdout.write(`${JSON.stringify(result.reason)}\n`)
  }
  complain(`${name}${describeError(result.reason)}`, world)
}

/** Says on standard error what went wrong. */
export const complain = (message: string, { stderr }: World): void => {
  stderr.write(`${stderr.paint.red('aptorch:')} ${message}\n`)
}
