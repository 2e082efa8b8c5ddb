import type { RouteName } from '@aptorch/shared'
import { remarksOf } from '../output/remarks.ts'
import { rendererOf } from '../output/renderers.ts'
import { flow } from '../world.ts'
import { answering, type Show } from './answering.ts'
import { download, upload } from './archives.ts'
import type { Act, Behaviour, Switches } from './behaviour.ts'
import { events } from './events.ts'
import { exec } from './exec.ts'
import { logs } from './logs.ts'
import { oneCall, type Procedure } from './procedure.ts'
import { removal } from './removal.ts'
import type { Row } from './rows.ts'
import { shell } from './shell.ts'
import { starting } from './starting.ts'
import { stats } from './stats.ts'
import { streaming } from './streaming.ts'
import { waiting } from './waiting.ts'

/** Those that print one answer, but are not one call. */
const procedures: { readonly [Name in RouteName]?: Procedure } = {
  deletecont: removal,
  wait: waiting,
  // What docker's users type without thinking, and what happens anyway.
  getallcont: withHabit({ all: { short: 'a', describe: 'Ended ones too, as without it' } }),
}

function withHabit(flags: Switches): Procedure {
  return { ...oneCall, flags }
}

const behaviours: { readonly [Name in RouteName]?: (show: Show) => Behaviour } = {
  start: starting,
  exec: () => exec,
  terminal: () => shell,
  logs: () => plain(logs),
  events: () => events,
  stats: () => stats,
}

/** What the subcommand of a route does. A new route works by what it carries, before anybody wrote something for it. */
export const behaviourOf = (row: Row): Behaviour => {
  const show = { render: rendererOf(row), remarks: remarksOf(row.name) }
  const own = behaviours[row.name]
  if (own) return own(show)
  const { json, download: sends, upload: takes } = row.carries
  if (takes) return upload(show)
  if (sends) return plain(download)
  if (!json) return plain(streaming((item, { stdout }) => flow(stdout, `${JSON.stringify(item)}\n`)))
  return answering(procedures[row.name] ?? oneCall, show)
}

const plain = (act: Act): Behaviour => ({ flags: {}, fields: [], act })
