import type { Field } from '@aptorch/shared'
import type { Invocation } from '../arguments/invocation.ts'
import type { ExitCode } from '../exit-codes.ts'
import type { World } from '../world.ts'

/** Does what was asked for; the exit code. Rejects with what went wrong before anything was printed. */
export type Act = (invocation: Invocation, world: World) => Promise<ExitCode>

/** Flags without a value, by name. */
export type Switches = Readonly<Record<string, { readonly short?: string; readonly describe: string }>>

/** What a subcommand takes beyond the fields of its route, and what it does. */
export interface Behaviour {
  readonly flags: Switches
  /** Further fields, which the route does not know. They come with the request; `act` takes them out. */
  readonly fields: readonly Field[]
  readonly act: Act
}
