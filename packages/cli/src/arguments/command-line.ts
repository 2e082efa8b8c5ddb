import type { Command } from '../commands/commands.ts'
import { scriptFor } from '../completion/scripts.ts'
import { UsageError } from '../errors.ts'
import { type Argv, isSet, textsOf } from './argv.ts'
import type { Invocation } from './invocation.ts'
import { normalForm } from './normal-form.ts'
import { dashed, globalOptions, optionsOf } from './options.ts'
import { Chosen, createProgram } from './program.ts'
import type { Surroundings } from './reader.ts'
import { readRequests } from './requests.ts'
import { refuseUnknownFlags, withoutCommand } from './unknown.ts'

/** Reads a command line: into what it asks the daemon for, or into a text that answers it, such as help. Throws a UsageError. */
export const readCommandLine = (
  args: readonly string[],
  surroundings: Surroundings,
  columns: number | undefined,
): Invocation | string => {
  const found = parse(normalForm(spelledOut(args)), columns)
  if (typeof found === 'string') return found
  if (found.command) return toInvocation(found, found.command, surroundings)
  refuseUnknownFlags(found.argv, globalOptions, 'completion')
  return scriptFor(found.words)
}

/** `aptorch help start` is `aptorch start --help`, and `aptorch` alone asks for help. */
const spelledOut = (args: readonly string[]) => {
  if (args.length === 0) return ['--help']
  return args[0] === 'help' ? [...args.slice(1), '--help'] : args
}

/** The subcommand, or the text of the help or version that was asked for. */
const parse = (args: string[], columns: number | undefined): Chosen | string => {
  let rest: Argv = {}
  let text = ''
  try {
    createProgram(columns).parse(args, {}, (error, argv, output) => {
      if (error) throw new UsageError(asWords(error), argv._.slice(0, 1).join(), { cause: error })
      rest = argv
      text = output
    })
  } catch (thrown) {
    if (thrown instanceof Chosen) return thrown
    throw thrown
  }
  if (text === '') throw withoutCommand(args, rest)
  return `${text}\n`
}

const asWords = ({ message }: Error) => {
  const [, name] = message.match(/^Not enough arguments following: (.+)$/) ?? []
  return name === undefined ? message : `${dashed(name)} needs a value`
}

const toInvocation = ({ argv, words }: Chosen, command: Command, surroundings: Surroundings): Invocation => {
  const options = optionsOf(command)
  refuseUnknownFlags(argv, [...globalOptions, ...options], command.names[0] ?? '')
  const flags = Object.fromEntries(options.map(({ name }) => [name, textsOf(argv[name])]))
  return {
    command,
    requests: readRequests(command, { flags, words, rest: textsOf(argv['--']) }, surroundings),
    flags: new Set(Object.keys(command.flags).filter((name) => isSet(argv[name]))),
    output: isSet(argv.json) ? 'json' : isSet(argv.quiet) ? 'names' : 'text',
    host: textsOf(argv.host).at(-1),
  }
}
