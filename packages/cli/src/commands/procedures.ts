import type { RouteName } from '@aptorch/shared'
import type { Procedure } from './procedure.ts'
import { removal } from './removal.ts'

const procedures: { readonly [Name in RouteName]?: Procedure } = {
  deletecont: removal,
  // What docker's users type without thinking, and what happens anyway.
  start: withHabit({ detach: { short: 'd', describe: 'In the background, as without it' } }),
  getallcont: withHabit({ all: { short: 'a', describe: 'Ended ones too, as without it' } }),
}

function withHabit(flags: Procedure['flags']): Procedure {
  return { flags, fields: [], run: (call, row, request) => call(row, request) }
}

/** One call of the route, and nothing else. */
export const oneCall = withHabit({})

export const procedureOf = (name: RouteName): Procedure => procedures[name] ?? oneCall
