import { connect } from '../connection/connection.ts'
import { UsageError } from '../errors.ts'
import { exitCodes } from '../exit-codes.ts'
import { flow } from '../world.ts'
import { answering, type Show } from './answering.ts'
import type { Act, Behaviour } from './behaviour.ts'
import { untilInterrupted } from './streaming.ts'

/** A route that answers with an archive: it goes to standard output. */
export const download: Act = async ({ command, requests: [request = {}], host }, world) => {
  if (world.stdout.isTerminal) {
    throw new UsageError('a tar archive is nothing for a terminal: send it to a file, with > FILE', command.names[0])
  }
  return untilInterrupted(world, async () => {
    for await (const chunk of await connect(host, world, world.signal).download(command.row, request)) {
      await flow(world.stdout, chunk)
    }
    return exitCodes.done
  })
}

/** A route that takes an archive: it comes from standard input. */
export const upload = (show: Show): Behaviour => ({
  flags: {},
  fields: [],
  act: async (invocation, world) => {
    const { command, host } = invocation
    const input = world.stdin()
    if (input.terminal) {
      throw new UsageError('a tar archive is wanted on standard input, with < FILE', command.names[0])
    }
    const { upload } = connect(host, world, world.signal)
    const { act } = answering(
      { flags: {}, fields: [], run: (_, row, request) => upload(row, request, input.chunks) },
      show,
    )
    // A daemon that has had enough says so before the archive has ended.
    return await act(invocation, world).finally(input.close)
  },
})
