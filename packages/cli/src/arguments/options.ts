import type { Command } from '../commands/commands.ts'
import { flagsOf } from './flags.ts'

/** A flag as yargs and the completion have to know it. */
export interface Option {
  readonly name: string
  readonly aliases: readonly string[]
  readonly describe: string
  readonly takesValue: boolean
  readonly hidden: boolean
  /** What a value can be, where that is a short list. */
  readonly choices: readonly string[]
}

/** Those that every subcommand takes and that are ours to act on. */
export const ownOptions: readonly Option[] = [
  flag('json', 'Print exactly what the API answers'),
  flag('quiet', 'Print the names of containers only', 'q'),
  {
    ...flag('host', 'Where the daemon is: unix:///PATH or http://HOST:PORT (APTORCH_HOST, else it is looked for)', 'H'),
    takesValue: true,
  },
]

/** All that every subcommand takes; yargs itself answers the last two. */
export const globalOptions: readonly Option[] = [
  ...ownOptions,
  flag('help', 'Show help', 'h'),
  flag('version', 'Show the version'),
]

/** Those of one subcommand. */
export const optionsOf = ({ fields, flags }: Command): Option[] => [
  ...flagsOf(fields).map(({ name, aliases, describe, hidden, field }) => ({
    name,
    aliases,
    describe,
    hidden,
    takesValue: field.kind !== 'boolean',
    choices: field.choices ?? [],
  })),
  ...Object.entries(flags).map(([name, { short, describe }]) => flag(name, describe, short)),
]

/** A flag's name as it is typed. */
export const dashed = (name: string): string => (name.length === 1 ? `-${name}` : `--${name}`)

function flag(name: string, describe: string, short?: string): Option {
  return { name, aliases: short === undefined ? [] : [short], describe, takesValue: false, hidden: false, choices: [] }
}
