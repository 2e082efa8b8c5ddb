import type { RouteName } from '@aptorch/shared'
import type { Procedure } from './procedure.ts'
import { removal } from './removal.ts'
import type { Row } from './rows.ts'

const procedures: { readonly [Name in RouteName]?: Procedure } = {
  deletecont: removal,
}

const oneCall: Procedure = { flags: {}, run: (call, row, request) => call(row, request) }

export const procedureOf = (row: Row): Procedure => procedures[row.name] ?? oneCall
