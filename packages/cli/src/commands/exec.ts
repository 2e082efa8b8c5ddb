import type { ExecItem, ResponseOf } from '@aptorch/shared'
import type { Invocation } from '../arguments/invocation.ts'
import { connect } from '../connection/connection.ts'
import { UsageError } from '../errors.ts'
import type { ExitCode } from '../exit-codes.ts'
import { bytesOf } from '../output/bytes.ts'
import { printAnswer } from '../output/print.ts'
import { flow, type World } from '../world.ts'
import { attach, detachKeys } from './attach.ts'
import type { Act, Behaviour } from './behaviour.ts'
import { forProgram, untilInterrupted } from './streaming.ts'

/** `exec`: what the program prints goes where it printed it to, as it comes, and its exit code is the command's. */
export const exec: Behaviour = {
  flags: {
    interactive: { short: 'i', describe: 'Pass standard input on to it' },
    tty: { short: 't', describe: 'Give it a terminal' },
  },
  fields: [detachKeys],
  act: forProgram((invocation, world) => untilInterrupted(world, () => wayOf(invocation)(invocation, world))),
}

const wayOf = ({ flags, output }: Invocation): Act => {
  if (flags.has('interactive') || flags.has('tty')) return connected
  return output === 'json' ? collected : streamed
}

const connected: Act = (invocation, world) => {
  const {
    flags,
    requests: [request = {}],
    output,
  } = invocation
  if (output === 'json') throw new UsageError('--json goes without --interactive and --tty', 'exec')
  const { stdin, timeout_s, ...rest } = request
  if (stdin !== undefined) throw new UsageError('--stdin goes without --interactive and --tty', 'exec')
  if (timeout_s !== undefined) throw new UsageError('--time goes without --interactive and --tty', 'exec')
  return attach(invocation, { ...rest, tty: flags.has('tty'), stdin: flags.has('interactive') }, world)
}

const collected: Act = async (invocation, world) => {
  const answered = await connect(invocation.host, world, world.signal).call(
    invocation.command.row,
    requestOf(invocation),
  )
  printAnswer(invocation, answered, { render: () => '', remarks: () => [] }, world)
  return (answered.body as ResponseOf<'exec'>).exit_code
}

const streamed: Act = async (invocation, world) => {
  const connection = connect(invocation.host, world, world.signal)
  let code: ExitCode | undefined
  for await (const item of connection.stream(invocation.command.row, requestOf(invocation))) {
    code = await show(item as ExecItem, world)
  }
  if (code === undefined) throw connection.lost()
  return code
}

const requestOf = ({ requests: [{ detach_keys: _, ...request } = {}] }: Invocation) => request

/** The exit code, when that is what the item is. */
const show = async (item: ExecItem, { stdout, stderr }: World): Promise<ExitCode | undefined> => {
  if ('stream' in item) {
    await flow(item.stream === 'stdout' ? stdout : stderr, bytesOf(item))
    return undefined
  }
  if (item.timed_out) stderr.write('its time was up: it was ended\n')
  return item.exit_code
}
