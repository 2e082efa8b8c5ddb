import { UsageError } from '../errors.ts'
import { attach, detachKeys } from './attach.ts'
import type { Behaviour } from './behaviour.ts'
import { forProgram, untilInterrupted } from './streaming.ts'

/** `shell`: a terminal with the container's shell, or another program. */
export const shell: Behaviour = {
  flags: {},
  fields: [detachKeys],
  act: forProgram((invocation, world) =>
    untilInterrupted(world, () => {
      if (invocation.output === 'json') throw new UsageError('a terminal has no JSON', 'shell')
      return attach(invocation, { tty: true, stdin: true, ...invocation.requests[0] }, world)
    }),
  ),
}
