import type { Option } from './options.ts'
import { beginning, optionOf, type Place, step } from './place.ts'

/**
 * Brings a command line into the form that yargs reads right. Short flags are parted from their values and from each other,
 * as docker takes them: `-eA=b`, `-itu root`. Behind the name of a container that a program is to run in, everything is the
 * program's, flags included: `exec web ls -l` becomes `exec web -- ls -l`.
 */
export const normalForm = (args: readonly string[]): string[] => {
  const words: string[] = []
  let place = beginning
  let named = false
  for (const [index, arg] of args.entries()) {
    if (arg === '--') return [...words, ...args.slice(index)]
    if (place.pending?.name === 'name' || arg.startsWith('--name=')) named = true
    const parted = place.pending ? [arg] : part(arg, place.options)
    const after = parted.reduce(step, place)
    if (runsWhatFollows(place) && after.path.length > place.path.length) {
      const at = named ? index : index + 1
      const program = args.slice(at)
      return [...words, ...args.slice(index, at), ...(program[0] === '--' ? [] : ['--']), ...program]
    }
    words.push(...parted)
    place = after
  }
  return words
}

const runsWhatFollows = ({ command }: Place) => command?.fields.some(({ spelling }) => spelling.bareRest) ?? false

/** `-itu`, `root` of `-ituroot`. What holds a letter that is no flag stays as it is, for yargs to complain of. */
const part = (word: string, options: readonly Option[]): string[] => {
  if (!/^-[A-Za-z]./.test(word)) return [word]
  const letters = word.slice(1)
  for (let at = 0; at < letters.length; at++) {
    const option = optionOf(letters.charAt(at), options)
    if (!option || letters.charAt(at + 1) === '=') return [word]
    if (!option.takesValue) continue
    const before = at === 0 ? [] : [`-${letters.slice(0, at)}`]
    const value = letters.slice(at + 1)
    return [...before, `-${letters.charAt(at)}`, ...(value === '' ? [] : [value])]
  }
  return [word]
}
