import type { RouteName } from '@aptorch/shared'
import type { Procedure } from './procedure.ts'
import { removal } from './removal.ts'
import type { Row } from './rows.ts'

const procedures: { readonly [Name in RouteName]?: Procedure } = {
  deletecont: removal,
  // What docker's users type without thinking, and what happens anyway.
  start: withHabit({ detach: { short: 'd', describe: 'In the background, as without it' } }),
  getallcont: withHabit({ all: { short: 'a', describe: 'Ended ones too, as without it' } }),
}

function withHabit(flags: Procedure['flags']): Procedure {
  return { flags, run: (call, row, request) => call(row, request) }
}

const oneCall = withHabit({})

export const procedureOf = (row: Row): Procedure => procedures[row.name] ?? oneCall
