import type { Command } from '../commands/commands.ts'
import type { Patch } from './reader.ts'

/** What a command line asks for, read and checked. */
export interface Invocation {
  readonly command: Command
  /** One call each. */
  readonly requests: readonly Patch[]
  /** Given flags of the command's own. */
  readonly flags: ReadonlySet<string>
  readonly output: 'text' | 'json' | 'names'
  readonly host: string | undefined
}
