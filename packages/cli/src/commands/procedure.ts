import type { Answered } from '@aptorch/shared'
import type { Call } from '../connection/connection.ts'
import type { Behaviour } from './behaviour.ts'
import type { Row } from './rows.ts'

/** What a subcommand that prints an answer can do beyond one call of its route. */
export interface Procedure extends Omit<Behaviour, 'act'> {
  /** Answers as the route does; `flags` are those that were given. */
  readonly run: (
    call: Call,
    row: Row,
    request: Readonly<Record<string, unknown>>,
    flags: ReadonlySet<string>,
  ) => Promise<Answered>
}

/** One call of the route, and nothing else. */
export const oneCall: Procedure = { flags: {}, fields: [], run: (call, row, request) => call(row, request) }
