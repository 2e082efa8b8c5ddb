import type { Container, ResponseOf } from '@aptorch/shared'
import { connect } from '../connection/connection.ts'
import { InterruptedError } from '../errors.ts'
import { exitCodes } from '../exit-codes.ts'
import { complain } from '../output/complain.ts'
import type { World } from '../world.ts'
import { answering, askAll, reportAll, type Show } from './answering.ts'
import type { Act, Behaviour } from './behaviour.ts'
import { oneCall } from './procedure.ts'
import { rows } from './rows.ts'
import { forProgram } from './streaming.ts'

/** `start`; with `--wait` it ends when the container does, with its exit code. */
export const starting = (show: Show): Behaviour => ({
  flags: {
    // What docker's users type without thinking, and what happens anyway.
    detach: { short: 'd', describe: 'In the background, as without it' },
    wait: { describe: 'Wait until it has ended, and end with its exit code' },
  },
  fields: [],
  act: (invocation, world) => {
    const act = invocation.flags.has('wait') ? startAndWait(show) : answering(oneCall, show).act
    return act(invocation, world)
  },
})

const startAndWait = (show: Show): Act =>
  forProgram(async (invocation, world) => {
    const results = await askAll(invocation, oneCall.run, world)
    reportAll(invocation, results, show, world)
    const [started] = results
    if (started?.status !== 'fulfilled') return exitCodes.unreachable
    const { container_name } = started.value.body as Container
    const { exit_code, state } = await ended(container_name, invocation.host, world)
    if (exit_code !== null) return exit_code
    complain(`${container_name} is ${state}, without an exit code`, world)
    return exitCodes.unreachable
  })

const ended = async (name: string, host: string | undefined, world: World): Promise<ResponseOf<'wait'>> => {
  try {
    const { body } = await connect(host, world, world.signal).call(rows.wait, { container_name: name })
    return body as ResponseOf<'wait'>
  } catch (error) {
    if (error instanceof InterruptedError) {
      throw new InterruptedError(`interrupted; ${name} runs on; to end it: aptorch stop ${name}`, { cause: error })
    }
    throw error
  }
}
