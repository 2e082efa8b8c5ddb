import type { StatsItem } from '@aptorch/shared'
import { connect } from '../connection/connection.ts'
import { exitCodes } from '../exit-codes.ts'
import { createCanvas } from '../output/canvas.ts'
import { renderStats, statsRemarks } from '../output/stats.ts'
import { flow, type World } from '../world.ts'
import { answering } from './answering.ts'
import type { Act, Behaviour } from './behaviour.ts'
import { oneCall } from './procedure.ts'
import { roundsOf } from './rounds.ts'
import { streaming, untilInterrupted } from './streaming.ts'

const once = answering(oneCall, {
  render: (body, screen) => renderStats(body as StatsItem[], screen),
  remarks: (body) => statsRemarks(body as StatsItem[]),
})

/** `stats`: a table that is kept up to date on a terminal, and comes again and again elsewhere. */
export const stats: Behaviour = {
  flags: { 'no-stream': { describe: 'Once, and no more' } },
  fields: [],
  act: (invocation, world) => {
    if (invocation.flags.has('no-stream')) return once.act(invocation, world)
    if (invocation.output === 'json') return streaming(async () => undefined)(invocation, world)
    return watch(invocation, world)
  },
}

const watch: Act = ({ command, requests: [request = {}], host }, world) =>
  untilInterrupted(world, async () => {
    const items = connect(host, world, world.signal).stream(command.row, request) as AsyncGenerator<StatsItem>
    const rounds = roundsOf(items, 2_500 * (request.interval_s ?? 1))
    await (world.stdout.columns === undefined ? printEach(rounds, world) : redraw(rounds, world))
    return exitCodes.done
  })

const printEach = async (rounds: AsyncIterable<StatsItem[]>, { stdout }: World) => {
  for await (const round of rounds) {
    if (round.length > 0) await flow(stdout, `${renderStats(round, screenOf(stdout))}\n`)
  }
}

const redraw = async (rounds: AsyncIterable<StatsItem[]>, { stdout }: World) => {
  const canvas = createCanvas(stdout)
  const draw = (round: StatsItem[]) =>
    canvas.draw([renderStats(round, screenOf(stdout)), ...statsRemarks(round).map(stdout.paint.gray)].join('\n'))
  try {
    draw([])
    for await (const round of rounds) draw(round)
  } finally {
    canvas.end()
  }
}

const screenOf = ({ columns, paint }: World['stdout']) => ({ columns, paint, now: new Date() })
