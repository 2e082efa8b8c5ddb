import { connect } from '../connection/connection.ts'
import { exitCodeOf, InterruptedError } from '../errors.ts'
import { type ExitCode, exitCodes } from '../exit-codes.ts'
import { complainOf } from '../output/complain.ts'
import { flow, type World } from '../world.ts'
import type { Act } from './behaviour.ts'

/** Prints the items of a route's stream as they come; JSON as a line each, a failure too, text as `show` has it. */
export const streaming =
  <Item>(show: (item: Item, world: World) => Promise<void>): Act =>
  (invocation, world) =>
    untilInterrupted(world, async () => {
      const {
        command,
        requests: [request = {}],
        host,
        output,
      } = invocation
      try {
        for await (const item of connect(host, world, world.signal).stream(command.row, request)) {
          await (output === 'json' ? flow(world.stdout, `${JSON.stringify(item)}\n`) : show(item as Item, world))
        }
        return exitCodes.done
      } catch (error) {
        if (world.signal.aborted) throw error
        complainOf(error, invocation, world)
        return exitCodeOf(error)
      }
    })

/** Ctrl-C is how such a thing is ended, and needs no words. */
export const untilInterrupted = async (world: World, work: () => Promise<ExitCode>): Promise<ExitCode> => {
  try {
    return await work()
  } catch (error) {
    if (world.signal.aborted) return exitCodes.interrupted
    throw error
  }
}

/** Runs what ends with the exit code of a program: 125 tells any failure of ours from one of the program's. */
export const forProgram =
  (act: Act): Act =>
  async (invocation, world) => {
    try {
      return await act(invocation, world)
    } catch (error) {
      complainOf(error, invocation, world)
      return error instanceof InterruptedError ? exitCodes.interrupted : exitCodes.unreachable
    }
  }
