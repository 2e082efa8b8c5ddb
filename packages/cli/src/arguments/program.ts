import { version } from '@aptorch/shared'
import yargs, { type Argv as Program } from 'yargs'
import type { Command } from '../commands/commands.ts'
import { entriesOf, type GroupName, groupNames, groups } from '../commands/groups.ts'
import { shells } from '../completion/scripts.ts'
import { type Argv, textsOf } from './argv.ts'
import { positionalsOf } from './flags.ts'
import { globalOptions, type Option, optionsOf, ownOptions } from './options.ts'

/**
 * A subcommand that was found in a command line, and yargs' reading of what came with it. It is thrown: after a handler
 * that returns, yargs lays out the help that nobody asked for, which takes longer than all of its reading.
 */
export class Chosen extends Error {
  /** Undefined for `completion`, which is no route. */
  readonly command: Command | undefined
  readonly argv: Argv
  /** The words after the subcommand's name. */
  readonly words: readonly string[]

  constructor(command: Command | undefined, argv: Argv, depth: number) {
    super('chosen')
    this.command = command
    this.argv = argv
    this.words = textsOf(argv._).slice(depth)
  }
}

/**
 * The subcommands as yargs sees them. Flags of a subcommand are made when it is chosen, not before. yargs prints nothing
 * and checks little: what is unknown, missing or too much is ours to say.
 */
export const createProgram = (columns: number | undefined): Program => {
  const program = withOptions(yargs(), ownOptions)
    .scriptName('aptorch')
    .usage('$0 COMMAND [options]\n\nRuns Apptainer containers through the daemon aptorchd.')
    .epilogue("See 'aptorch COMMAND --help' for the options of a command.")
    .detectLocale(false)
    .exitProcess(false)
    .wrap(Math.min(columns ?? 100, 120))
    .help('help', 'Show help')
    .alias('help', 'h')
    .version('version', 'Show the version', `aptorch ${version}`)
    .group(
      globalOptions.map(({ name }) => name),
      'Everywhere:',
    )
    .parserConfiguration({
      'boolean-negation': false,
      'camel-case-expansion': false,
      'dot-notation': false,
      'parse-numbers': false,
      'parse-positional-numbers': false,
      'populate--': true,
      'strip-aliased': true,
    })
  addCommands(program, undefined)
  for (const group of groupNames) {
    program.command(group, groups[group], (inner) =>
      addCommands(inner.usage(`$0 ${group} COMMAND\n\n${groups[group]}`), group),
    )
  }
  return program.command(
    'completion',
    'Print what makes a shell complete names and flags',
    (inner) =>
      inner.usage(`$0 completion ${shells.join('|')}\n\nFor bash: source <(aptorch completion bash), in ~/.bashrc`),
    (argv) => {
      throw new Chosen(undefined, argv, 1)
    },
  )
}

const addCommands = (program: Program, group: GroupName | undefined): Program => {
  for (const { names, shown, command } of entriesOf(group)) {
    program.command({
      command: names,
      describe: shown && command.summary,
      builder: (inner: Program) => describeCommand(inner, command),
      handler: (argv: Argv) => {
        throw new Chosen(command, argv, group === undefined ? 1 : 2)
      },
    })
  }
  return program
}

const withOptions = (program: Program, options: readonly Option[]): Program => {
  for (const { name, aliases, describe, takesValue, hidden } of options) {
    // Without a type yargs keeps the text as it is, and does not print "[string]" on every line of the help.
    program.option(name, { alias: aliases, describe, hidden, ...(takesValue ? { nargs: 1 } : { boolean: true }) })
  }
  return program
}

const describeCommand = (program: Program, command: Command): Program => {
  const { names, summary, fields, examples } = command
  const options = optionsOf(command)
  // In a group of its own, or it would come after the options of every subcommand.
  withOptions(program, options).group(
    options.map(({ name }) => name),
    'Options:',
  )
  const positionals = positionalsOf(fields)
  const words = positionals.map(({ name, describe }) => `${name}: ${describe}`)
  program.usage(
    [`$0 ${names[0]} ${signatureOf(command)}`, '', summary, ...(words.length > 0 ? ['', ...words] : [])].join('\n'),
  )
  for (const [line, does] of examples) program.example(`$0 ${line}`, does)
  return program
}

const signatureOf = ({ fields }: Command): string => {
  const words = positionalsOf(fields).map(
    ({ name, takes, field }) =>
      `${field.required ? name : `[${name}]`}${takes === 'one' || name.includes('...') ? '' : '...'}`,
  )
  const program = fields.find(({ spelling }) => spelling.rest)
  if (!program) return [...words, '[options]'].join(' ')
  // Flags behind the name would be the program's.
  if (!program.spelling.bareRest) return [...words, '[options]', '[-- PROGRAM [ARGUMENT...]]'].join(' ')
  return ['[options]', ...words, program.required ? 'PROGRAM [ARGUMENT...]' : '[PROGRAM [ARGUMENT...]]'].join(' ')
}
