import type { ResponseOf } from '@aptorch/shared'
import { type SpelledField, spelled } from '../arguments/flags.ts'
import { type PublishedPorts, publishedRemarks, renderPublished } from '../output/ports.ts'
import { renderVolumes } from '../output/volumes.ts'
import { answering } from './answering.ts'
import type { Act, Behaviour, Switches } from './behaviour.ts'
import { behaviourOf } from './behaviours.ts'
import { copying } from './copying.ts'
import { type Example, examplesOf } from './examples.ts'
import { oneCall } from './procedure.ts'
import { published } from './published.ts'
import { type Row, rows } from './rows.ts'

/** A subcommand: the route that it is about, what it takes and what it does. */
export interface Command {
  /** The first is the one that help shows; a space nests: "volume add". */
  readonly names: readonly string[]
  readonly summary: string
  readonly row: Row
  /** Flags without a value that are its own. */
  readonly flags: Switches
  /** What it asks for: the fields of the route and its own. */
  readonly fields: readonly SpelledField[]
  readonly act: Act
  readonly examples: readonly Example[]
}

const toCommand = (
  row: Row,
  { flags, fields, act }: Behaviour,
  said: Pick<Command, 'names' | 'summary' | 'examples'>,
) => ({
  ...said,
  row,
  flags,
  fields: [...row.fields, ...fields].map((field) => spelled(row.name, field)),
  act,
})

/** Further looks at what a route answers, and what takes several routes. */
const others: readonly Command[] = [
  toCommand(
    rows.getcont,
    answering(published, {
      render: (body, screen) => renderPublished(body as PublishedPorts, screen),
      remarks: (body) => publishedRemarks(body as PublishedPorts),
    }),
    {
      names: ['port'],
      summary: 'Show which ports of the host lead to a container',
      examples: [['port web 80/tcp', 'The address that leads to this port, for a script']],
    },
  ),
  toCommand(
    rows.getcont,
    answering(oneCall, {
      render: (body, screen) => renderVolumes(body as ResponseOf<'getcont'>, screen),
      remarks: () => [],
    }),
    { names: ['volume ls', 'volume list'], summary: 'List the volumes of a container', examples: [] },
  ),
  // What it asks for is its own: places, which may be in any container.
  toCommand({ ...rows.writearchive, fields: [] }, copying, {
    names: ['cp'],
    summary: 'Copy files and folders into a container, or out of it',
    examples: [
      ['cp ./site web:/srv', 'A folder, into the folder /srv'],
      ['cp web:/var/log/app.log .', 'A file, into this folder'],
      ['cp ./site/. web:/srv', 'What is in a folder'],
      ['cp web:/data - | gzip > data.tar.gz', 'As a tar archive'],
    ],
  }),
]

export const commands: readonly Command[] = [
  ...Object.values(rows).map((row) =>
    toCommand(row, behaviourOf(row), { names: row.names, summary: row.summary, examples: examplesOf(row.name) }),
  ),
  ...others,
]
