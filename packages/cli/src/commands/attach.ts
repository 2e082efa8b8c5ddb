import type { Field } from '@aptorch/shared'
import type { Invocation } from '../arguments/invocation.ts'
import type { Patch } from '../arguments/reader.ts'
import { connect } from '../connection/connection.ts'
import { UsageError } from '../errors.ts'
import { type ExitCode, exitCodes } from '../exit-codes.ts'
import { converse } from '../session/converse.ts'
import { createDetacher } from '../session/detacher.ts'
import { readKeys } from '../session/keys.ts'
import { BadValue } from '../values/bad-value.ts'
import type { Terminal, World } from '../world.ts'
import { rows } from './rows.ts'

export const detachKeys: Field = {
  name: 'detach_keys',
  kind: 'text',
  required: false,
  description: 'Keys that leave the terminal, which ends the program (ctrl-p,ctrl-q)',
  choices: undefined,
}

/** A program that is connected with this end: with standard input, in a terminal or both. Its exit code. */
export const attach = async (
  { host, command }: Invocation,
  { detach_keys = 'ctrl-p,ctrl-q', ...request }: Patch,
  world: World,
): Promise<ExitCode> => {
  const name = command.names[0]
  const keys = readWord(detach_keys, name)
  const input = request.stdin === false ? undefined : world.stdin()
  if (request.tty && input && !input.terminal) {
    const instead = name === 'exec' ? 'leave out -t' : 'use exec -i'
    throw new UsageError(`standard input is not a terminal, and the program is to have one: ${instead}`, name)
  }
  const connection = connect(host, world, world.signal)
  const terminal = request.tty ? world.stdin().terminal : undefined
  const socket = await connection.open(
    rows.terminal,
    request.tty ? { ...request, ...shown(request, terminal, world) } : request,
  )
  const ending = await converse(
    socket,
    { input, terminal, detacher: createDetacher(terminal ? keys : new Uint8Array()) },
    world,
  )
  if (ending.kind === 'exited') return ending.code
  if (ending.kind === 'failed') throw ending.error
  if (ending.kind === 'lost') throw connection.lost(ending.cause)
  world.stderr.write('left the terminal; the program has been ended with it\n')
  return exitCodes.done
}

const readWord = (keys: string, name: string | undefined) => {
  try {
    return readKeys(keys)
  } catch (error) {
    if (!(error instanceof BadValue)) throw error
    throw new UsageError(`--detach-keys: got ${JSON.stringify(keys)}, want ${error.message}`, name, { cause: error })
  }
}

/** What a program in a terminal has to know of it. */
const shown = ({ environment }: Patch, terminal: Terminal | undefined, { env }: World) => ({
  ...terminal?.size(),
  environment: { ...(env.TERM ? { TERM: env.TERM } : {}), ...environment },
})
