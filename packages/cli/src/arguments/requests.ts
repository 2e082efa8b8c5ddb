import type { Command } from '../commands/commands.ts'
import { UsageError } from '../errors.ts'
import { BadValue } from '../values/bad-value.ts'
import { type Flag, flagsOf, positionalsOf, type SpelledField } from './flags.ts'
import { merge } from './merge.ts'
import type { Patch, Reader, Surroundings } from './reader.ts'

/** What was typed after the name of a subcommand. */
export interface Given {
  /** By the flag's name: its values in their order. */
  readonly flags: Readonly<Record<string, readonly string[] | undefined>>
  readonly words: readonly string[]
  /** What stands behind `--`. */
  readonly rest: readonly string[]
}

/** The requests that a command line asks for: one, or one a name. Throws a UsageError. */
export const readRequests = (command: Command, given: Given, surroundings: Surroundings): Patch[] => {
  const { fields } = command
  const fail = (message: string, cause?: unknown) => new UsageError(message, command.names[0], { cause })
  const read = (label: string, reader: Reader, word: string) =>
    within(fields, readWord(label, reader, word, surroundings, fail))
  const rest = readRest(fields, given.rest)
  const fromFlags = flagsOf(fields).flatMap((flag) =>
    valuesOf(flag, given).map((value) => read(`--${flag.name}`, flag.read, value)),
  )
  const common = merge([...fromFlags, ...rest.patches])

  const words = [...given.words, ...rest.words]
  const several: Patch[] = []
  const single: Patch[] = []
  for (const positional of positionalsOf(fields).filter(({ field }) => !(field.name in common))) {
    const taken = words.splice(0, positional.takes === 'one' ? 1 : words.length)
    const patches = taken.map((word) => read(positional.name, positional.read, word))
    if (positional.takes === 'requests') several.push(...unique(patches))
    else single.push(...patches)
  }
  if (words[0] !== undefined) throw fail(tooMany(words[0], fields))

  const requests = (several.length > 0 ? several : [{}]).map((patch) => merge([common, ...single, patch]))
  for (const request of requests) requireAll(fields, request, fail)
  return requests
}

type Fail = (message: string, cause?: unknown) => UsageError

const valuesOf = ({ name }: Flag, { flags }: Given) => flags[name] ?? []

const readWord = (label: string, reader: Reader, word: string, surroundings: Surroundings, fail: Fail): Patch => {
  try {
    return reader(word, surroundings)
  } catch (error) {
    if (error instanceof BadValue) throw fail(`${label}: got ${JSON.stringify(word)}, want ${error.message}`, error)
    if (error instanceof Error && 'code' in error) throw fail(`${label}: ${error.message}`, error)
    throw error
  }
}

/** A word may say more than is asked for: `volume rm web /srv:/data:U` takes out what was added with `U`. */
const within = (fields: readonly SpelledField[], patch: Patch): Patch =>
  Object.fromEntries(Object.entries(patch).filter(([name]) => fields.some((field) => field.name === name))) as Patch

/** What stands behind `--` is the command to run, or, as everywhere, words that only look like flags. */
const readRest = (fields: readonly SpelledField[], words: readonly string[]) => {
  const reader = fields.map(({ spelling }) => spelling.rest).find((rest) => rest !== undefined)
  return reader && words.length > 0 ? { patches: [reader(words)], words: [] } : { patches: [], words }
}

const unique = (patches: readonly Patch[]) => [
  ...new Map(patches.map((patch) => [JSON.stringify(patch), patch])).values(),
]

const tooMany = (word: string, fields: readonly SpelledField[]) => {
  const takesRest = fields.some(({ spelling }) => spelling.rest)
  return `unexpected argument "${word}"${takesRest ? '; what is to run in the container stands behind --' : ''}`
}

const requireAll = (fields: readonly SpelledField[], request: Patch, fail: Fail) => {
  const missing = fields.filter(({ name, required }) => required && !(name in request))
  const word = positionalsOf(missing)[0]
  if (word) throw fail(`${word.name} is missing: ${word.describe}`)
  if (missing.some(({ spelling }) => spelling.rest)) throw fail('PROGRAM is missing: what is to run in the container')
  const flag = flagsOf(missing)[0]
  // A flag that help does not show is one that a word stands for: then that word did not say all.
  const short = flag?.hidden ? positionalsOf(fields).at(-1) : undefined
  if (short) throw fail(`${short.name} says too little; want ${short.describe}`)
  if (flag) throw fail(`--${flag.name} is missing: ${flag.describe}`)
}
