import type { ContainerState, RouteName } from '@aptorch/shared'
import { positionalsOf } from '../arguments/flags.ts'
import { dashed } from '../arguments/options.ts'
import { beginning, step } from '../arguments/place.ts'
import { type Command, commands } from '../commands/commands.ts'
import { groupNames } from '../commands/groups.ts'
import { shells } from './scripts.ts'

/** What may stand in the place of an unfinished word. */
export interface Candidates {
  readonly words: readonly string[]
  /** Names of containers may as well; asking for them is the caller's matter. */
  readonly containers: boolean
  /** Only those in this state; undefined for all. */
  readonly state: ContainerState | undefined
  /** What stands behind such a name. */
  readonly suffix: '' | ':'
}

/**
 * What fits after these words. The shell splits at "=" as well, so `--sort=name` may come as three words. What follows
 * `help` is as without it.
 */
export const candidatesFor = (typed: readonly string[]): Candidates => {
  const words = typed.filter((word, index) => word !== '=' && !(index === 0 && word === 'help' && typed.length > 1))
  const before = words.slice(0, -1)
  const current = words.at(-1) ?? ''
  if (before.includes('--')) return nothing
  const { command, options, path, pending } = before.reduce(step, beginning)
  if (pending) {
    const wantsName = pending.name === 'name' && command !== undefined && command.row.name !== 'start'
    return wantsName ? containersFor(command) : wordsOnly(pending.choices)
  }
  if (current.startsWith('-')) return wordsOnly(options.filter(({ hidden }) => !hidden).map(({ name }) => dashed(name)))
  if (!command) return wordsOnly(namesAfter(path, current))
  const [first] = positionalsOf(command.fields)
  if (first?.field.spelling.positional?.mixed) return current.includes('/') ? nothing : containersFor(command, ':')
  return first?.field.name === 'container_name' && (first.takes !== 'one' || path.length === 0)
    ? containersFor(command)
    : nothing
}

const wordsOnly = (words: readonly string[]): Candidates => ({ words, containers: false, state: undefined, suffix: '' })
const nothing = wordsOnly([])
const containersFor = ({ row }: Command, suffix: '' | ':' = ''): Candidates => ({
  words: [],
  containers: true,
  state: states[row.name],
  suffix,
})

/** Of the subcommands that make sense in one state only. */
const states: { readonly [Name in RouteName]?: ContainerState } = {
  pause: 'running',
  resume: 'paused',
  exec: 'running',
  terminal: 'running',
}

/** The names that help shows; where none of them begins so, the others too. */
const namesAfter = (path: readonly string[], current: string): readonly string[] => {
  const [group] = path
  if (group === 'completion') return shells
  const within = (names: readonly string[]) =>
    group === undefined
      ? names.filter((name) => !name.includes(' '))
      : names.filter((name) => name.startsWith(`${group} `)).map((name) => name.slice(group.length + 1))
  const shown = within([...commands.flatMap(({ names }) => names.slice(0, 1)), ...groupNames, 'completion', 'help'])
  return shown.some((name) => name.startsWith(current)) ? shown : within(commands.flatMap(({ names }) => names))
}
