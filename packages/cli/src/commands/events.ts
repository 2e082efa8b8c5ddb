import type { EventItem } from '@aptorch/shared'
import { eventLine } from '../output/events.ts'
import { flow } from '../world.ts'
import type { Behaviour } from './behaviour.ts'
import { streaming } from './streaming.ts'

const print = streaming<EventItem>((event, { stdout }) => flow(stdout, `${eventLine(event, stdout.paint)}\n`))

/** `events`: a line each. */
export const events: Behaviour = {
  flags: { 'no-follow': { describe: 'Only what has happened already; then it ends' } },
  fields: [],
  act: (invocation, world) => {
    const follow = invocation.flags.has('no-follow') ? { follow: false } : {}
    return print({ ...invocation, requests: invocation.requests.map((request) => ({ ...request, ...follow })) }, world)
  },
}
