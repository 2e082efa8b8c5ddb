import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { readCommandLine } from './arguments/command-line.ts'
import { complete } from './completion/complete.ts'
import { completeCommand } from './completion/scripts.ts'
import { describeError, exitCodeOf } from './errors.ts'
import { type ExitCode, exitCodes } from './exit-codes.ts'
import { complain } from './output/complain.ts'
import type { World } from './world.ts'

/** Runs one command line, from its words to its exit code. Never rejects. */
export const run = async (world: World): Promise<ExitCode> => {
  try {
    return await obey(world)
  } catch (error) {
    complain(describeError(error), world)
    return exitCodeOf(error)
  }
}

const obey = async (world: World): Promise<ExitCode> => {
  const { args, cwd, env, stdout } = world
  if (args[0] === completeCommand) {
    await complete(args.slice(1), world)
    return exitCodes.done
  }
  const readFile = (path: string) => readFileSync(resolve(cwd, path), 'utf8')
  const asked = readCommandLine(args, { cwd, env, readFile }, stdout.columns)
  if (typeof asked !== 'string') return await asked.command.act(asked, world)
  stdout.write(asked)
  return exitCodes.done
}
