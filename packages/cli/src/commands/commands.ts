import type { Field, ResponseOf } from '@aptorch/shared'
import { type PublishedPorts, publishedRemarks, renderPublished } from '../output/ports.ts'
import { type Remarks, remarksOf } from '../output/remarks.ts'
import { rendererOf } from '../output/renderers.ts'
import type { Renderer } from '../output/screen.ts'
import { renderVolumes } from '../output/volumes.ts'
import { type Example, examplesOf } from './examples.ts'
import type { Procedure } from './procedure.ts'
import { oneCall, procedureOf } from './procedures.ts'
import { published } from './published.ts'
import { type Row, rows } from './rows.ts'

/** A subcommand: a route, what is done with it, and how its answer is shown. */
export interface Command {
  /** The first is the one that help shows; a space nests: "volume add". */
  readonly names: readonly string[]
  readonly summary: string
  readonly row: Row
  readonly procedure: Procedure
  /** What it takes: the fields of the route and the procedure's own. */
  readonly fields: readonly Field[]
  readonly render: Renderer<unknown>
  readonly remarks: Remarks<unknown>
  readonly examples: readonly Example[]
}

const ofRoute = (row: Row): Command => {
  const { names, summary, name } = row
  const procedure = procedureOf(name)
  return {
    names,
    summary,
    row,
    procedure,
    fields: [...row.fields, ...procedure.fields],
    render: rendererOf(row),
    remarks: remarksOf(name),
    examples: examplesOf(name),
  }
}

/** Further looks at what a route answers. */
const views: readonly Command[] = [
  {
    names: ['port'],
    summary: 'Show which ports of the host lead to a container',
    row: rows.getcont,
    procedure: published,
    fields: [...rows.getcont.fields, ...published.fields],
    render: (body, screen) => renderPublished(body as PublishedPorts, screen),
    remarks: (body) => publishedRemarks(body as PublishedPorts),
    examples: [['port web 80/tcp', 'The address that leads to this port, for a script']],
  },
  {
    names: ['volume ls', 'volume list'],
    summary: 'List the volumes of a container',
    row: rows.getcont,
    procedure: oneCall,
    fields: rows.getcont.fields,
    render: (body, screen) => renderVolumes(body as ResponseOf<'getcont'>, screen),
    remarks: () => [],
    examples: [],
  },
]

export const commands: readonly Command[] = [...Object.values(rows).map(ofRoute), ...views]
