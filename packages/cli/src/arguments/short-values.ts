import { commands } from '../commands/commands.ts'
import { optionsOf, ownOptions } from './options.ts'

/** Parts `-eA=b` and `-m512m`, as docker takes them, into `-e A=b` and `-m 512m`; yargs would read each letter as a flag. */
export const partShortValues = (args: readonly string[]): string[] => {
  const end = args.indexOf('--')
  const [ours, rest] = end < 0 ? [args, []] : [args.slice(0, end), args.slice(end)]
  if (!ours.some((word) => joined.test(word))) return [...args]
  const letters = shortsWithValue()
  const part = (word: string) =>
    joined.test(word) && letters.has(word.charAt(1)) ? [word.slice(0, 2), word.slice(2)] : [word]
  return [...ours.flatMap(part), ...rest]
}

const joined = /^-[A-Za-z][^=]/

const shortsWithValue = () => {
  const options = [...ownOptions, ...commands.flatMap(optionsOf)].filter(({ takesValue }) => takesValue)
  return new Set(options.flatMap(({ aliases }) => aliases.filter((alias) => alias.length === 1)))
}
