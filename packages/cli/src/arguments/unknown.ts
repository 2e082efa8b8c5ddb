import { suggestion } from '@aptorch/shared'
import { commands } from '../commands/commands.ts'
import { entriesOf, type GroupName, groupNames } from '../commands/groups.ts'
import { UsageError } from '../errors.ts'
import { type Argv, textsOf } from './argv.ts'
import { dashed, globalOptions, type Option } from './options.ts'

/** Throws a UsageError when yargs found a flag that none of these options is. */
export const refuseUnknownFlags = (argv: Argv, options: readonly Option[], command: string): void => {
  const known = options.flatMap(({ name, aliases }) => [name, ...aliases])
  const unknown = Object.keys(argv).find((key) => !['_', '$0', '--', ...known].includes(key))
  if (unknown === undefined) return
  const shown = options.filter(({ hidden }) => !hidden).map(({ name }) => name)
  throw new UsageError(`unknown flag ${dashed(unknown)}${meant(suggestion(unknown, shown), dashed)}`, command)
}

/** What is wrong with a command line that named no subcommand. */
export const withoutCommand = (args: readonly string[], argv: Argv): UsageError => {
  // An unknown flag in front took the name of the subcommand for its value.
  if (args[0]?.startsWith('-')) refuseUnknownFlags(argv, globalOptions, '')
  const [first, second] = textsOf(argv._)
  if (first === undefined) return new UsageError('a command is missing')
  if (isGroup(first) && second === undefined) {
    const names = entriesOf(first).map((entry) => entry.names[0])
    return new UsageError(`${first}: a command is missing; there are ${names.join(', ')}`, first)
  }
  if (!isGroup(first)) return new UsageError(`unknown command "${first}"${meant(suggestion(first, outerNames))}`)
  const near = suggestion(
    second ?? '',
    entriesOf(first).flatMap(({ names }) => names),
  )
  return new UsageError(`unknown command "${first} ${second}"${meant(near, (name) => `${first} ${name}`)}`, first)
}

const outerNames = [
  ...commands.flatMap(({ names }) => names).filter((name) => !name.includes(' ')),
  ...groupNames,
  'completion',
  'help',
]

const isGroup = (word: string): word is GroupName => (groupNames as readonly string[]).includes(word)

const meant = (near: string | undefined, form = (name: string) => name) =>
  near === undefined ? '' : `; did you mean ${form(near)}?`
