import type { Invocation } from '../arguments/invocation.ts'
import { connect } from '../connection/connection.ts'
import { HostError, UsageError } from '../errors.ts'
import { exitCodes } from '../exit-codes.ts'
import { withProgress } from '../output/progress.ts'
import { BadValue } from '../values/bad-value.ts'
import { type CopySide, readCopySide } from '../values/copy.ts'
import type { World } from '../world.ts'
import type { Act, Behaviour } from './behaviour.ts'
import { type CopyOptions, copy } from './copies.ts'
import { untilInterrupted } from './streaming.ts'

/** `cp`: between a container and this machine, either way, or as a tar archive by standard input and output. */
export const copying: Behaviour = {
  flags: {
    'follow-link': { short: 'L', describe: 'Of a source that is a link: what it leads to' },
    archive: { short: 'a', describe: "Into a container: keep owners, by number; else all is root's" },
  },
  fields: [
    {
      name: 'paths',
      kind: 'list',
      required: true,
      description: 'NAME:PATH in a container, PATH of this machine, or - for a tar archive',
      choices: undefined,
    },
  ],
  act: (invocation, world) => untilInterrupted(world, () => copyAll(invocation, world)),
}

const copyAll: Act = async (invocation, world) => {
  const { sources, target } = sidesOf(invocation, world)
  const connection = connect(invocation.host, world, world.signal)
  const options: CopyOptions = {
    follow: invocation.flags.has('follow-link'),
    keepOwners: invocation.flags.has('archive'),
    several: sources.length > 1,
  }
  for (const source of sources) {
    const work = copy(source, target, options, connection, world).catch(toHostError)
    await (invocation.output === 'names' ? work : withProgress('Copying', work, world.stderr))
  }
  return exitCodes.done
}

const sidesOf = ({ requests: [{ paths = [] } = {}] }: Invocation, { cwd }: World) => {
  const sides = paths.map((path) => read(path, cwd))
  const target = sides.pop()
  if (!target || sides.length === 0) throw new UsageError('DESTINATION is missing', 'cp')
  for (const source of sides) {
    if (source.kind !== 'container' && target.kind !== 'container') {
      throw new UsageError('one of the two must be in a container: NAME:PATH', 'cp')
    }
    if (source.kind === 'container' && target.kind === 'container') {
      throw new UsageError('from container to container: aptorch cp A:PATH - | aptorch cp - B:FOLDER', 'cp')
    }
  }
  if (sides.length > 1 && [...sides, target].some(({ kind }) => kind === 'stream')) {
    throw new UsageError('of several sources no one archive is made', 'cp')
  }
  return { sources: sides, target }
}

const read = (text: string, cwd: string): CopySide => {
  try {
    return readCopySide(text, cwd)
  } catch (error) {
    if (!(error instanceof BadValue)) throw error
    throw new UsageError(`got ${JSON.stringify(text)}, want ${error.message}`, 'cp', { cause: error })
  }
}

/** What the rules, tar and the files of this machine say is for the caller; everything else is what it is. */
const toHostError = (error: Error): never => {
  throw error.name === 'Error' ? new HostError(error.message, { cause: error }) : error
}
