import { type Command, commands } from '../commands/commands.ts'
import { dashed, globalOptions, type Option, optionsOf } from './options.ts'

/** Where in a command line one is after some of its words. */
export interface Place {
  readonly command: Command | undefined
  /** Those that may stand here. */
  readonly options: readonly Option[]
  /** Words that are no flags: until the command is found those of its name, then its arguments. */
  readonly path: readonly string[]
  /** The option whose value comes next. */
  readonly pending: Option | undefined
}

export const beginning: Place = { command: undefined, options: globalOptions, path: [], pending: undefined }

/** Goes one word on, as the parser would. */
export const step = (place: Place, word: string): Place => {
  if (place.pending) return { ...place, pending: undefined }
  if (word.startsWith('-')) return { ...place, pending: awaiting(word, place.options) }
  const path = [...place.path, word]
  if (place.command) return { ...place, path }
  const command = commands.find(({ names }) => names.includes(path.join(' ')))
  return command
    ? { ...place, command, options: [...optionsOf(command), ...globalOptions], path: [] }
    : { ...place, path }
}

/** The option of a letter. */
export const optionOf = (letter: string, options: readonly Option[]): Option | undefined =>
  options.find(({ name, aliases }) => name === letter || aliases.includes(letter))

const awaiting = (word: string, options: readonly Option[]) =>
  word.includes('=')
    ? undefined
    : options.find(({ name, aliases, takesValue }) => takesValue && [name, ...aliases].map(dashed).includes(word))
