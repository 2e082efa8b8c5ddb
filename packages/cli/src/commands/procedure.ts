import type { Answered, Field } from '@aptorch/shared'
import type { Call } from '../connection/connection.ts'
import type { Row } from './rows.ts'

/** What a subcommand can do beyond one call of its route. */
export interface Procedure {
  /** Further flags, without a value, by name. */
  readonly flags: Readonly<Record<string, { readonly short?: string; readonly describe: string }>>
  /** Further fields, which the route does not know. They come with the request; `run` takes them out. */
  readonly fields: readonly Field[]
  /** Answers as the route does; `flags` are those that were given. */
  readonly run: (
    call: Call,
    row: Row,
    request: Readonly<Record<string, unknown>>,
    flags: ReadonlySet<string>,
  ) => Promise<Answered>
}
