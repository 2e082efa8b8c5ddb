import type { Answered } from '@aptorch/shared'
import type { Invocation } from '../arguments/invocation.ts'
import { connect } from '../connection/connection.ts'
import { exitCodeOf, InterruptedError, UnreachableError } from '../errors.ts'
import { type ExitCode, exitCodes } from '../exit-codes.ts'
import { complainOf } from '../output/complain.ts'
import { printAnswer } from '../output/print.ts'
import { withProgress } from '../output/progress.ts'
import type { Remarks } from '../output/remarks.ts'
import type { Renderer } from '../output/screen.ts'
import type { World } from '../world.ts'
import type { Behaviour } from './behaviour.ts'
import { doingOf } from './doing.ts'
import type { Procedure } from './procedure.ts'

/** How an answer is shown. */
export interface Show {
  readonly render: Renderer<unknown>
  readonly remarks: Remarks<unknown>
}

/** What most subcommands do: ask, and print the answer. */
export const answering = ({ flags, fields, run }: Procedure, show: Show): Behaviour => ({
  flags,
  fields,
  act: async (invocation, world) => reportAll(invocation, await askAll(invocation, run, world), show, world),
})

type Results = readonly PromiseSettledResult<Answered>[]

/** Asks the daemon for all at once. Rejects with what is so for all of them, so that it is said once. */
export const askAll = async (invocation: Invocation, run: Procedure['run'], world: World): Promise<Results> => {
  const { command, requests, flags, host, output } = invocation
  const { call } = connect(host, world, world.signal)
  const work = Promise.allSettled(requests.map((request) => run(call, command.row, request, flags)))
  const doing = output === 'names' ? undefined : doingOf(command.row.name, requests)
  const results = doing === undefined ? await work : await withProgress(doing, work, world.stderr)
  const first = firstFailure(results)
  if (first && isCommon(first.reason)) throw first.reason
  return results
}

/** Prints answers in the order that was typed. The exit code is that of the first failure. */
export const reportAll = (invocation: Invocation, results: Results, show: Show, world: World): ExitCode => {
  for (const [index, result] of results.entries()) {
    if (result.status === 'fulfilled') printAnswer(invocation, result.value, show, world)
    else complainOf(result.reason, invocation, world, nameIn(invocation, index))
  }
  const first = firstFailure(results)
  return first ? exitCodeOf(first.reason) : exitCodes.done
}

const firstFailure = (results: Results) => results.find((result) => result.status === 'rejected')

const isCommon = (error: unknown) => error instanceof UnreachableError || error instanceof InterruptedError

const nameIn = ({ requests }: Invocation, index: number) =>
  requests.length > 1 ? `${requests[index]?.container_name}: ` : ''
