import type { ResponseOf } from '@aptorch/shared'
import { rendererOf } from '../output/renderers.ts'
import type { Renderer } from '../output/screen.ts'
import { renderVolumes } from '../output/volumes.ts'
import { type Row, rows } from './rows.ts'

/** A subcommand: a route, and how its answer is shown. */
export interface Command {
  /** The first is the one that help shows; a space nests: "volume add". */
  readonly names: readonly string[]
  readonly summary: string
  readonly row: Row
  readonly render: Renderer<unknown>
}

/** Further looks at what a route answers. */
const views: readonly Command[] = [
  {
    names: ['volume ls', 'volume list'],
    summary: 'List the volumes of a container',
    row: rows.getcont,
    render: (body, screen) => renderVolumes(body as ResponseOf<'getcont'>, screen),
  },
]

export const commands: readonly Command[] = [
  ...Object.values(rows).map((row) => ({ names: row.names, summary: row.summary, row, render: rendererOf(row) })),
  ...views,
]
