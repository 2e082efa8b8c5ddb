import { ApiError } from '@aptorch/shared'
import type { Invocation } from '../arguments/invocation.ts'
import { describeError } from '../errors.ts'
import type { World } from '../world.ts'

/** Says on standard error what went wrong. */
export const complain = (message: string, { stderr }: Pick<World, 'stderr'>): void => {
  stderr.write(`${stderr.paint.red('aptorch:')} ${message}\n`)
}

/** The same of a call that failed; scripts get the failure's body where they would have got the answer's. */
export const complainOf = (error: unknown, { output }: Pick<Invocation, 'output'>, world: World, name = ''): void => {
  if (output === 'json' && error instanceof ApiError) world.stdout.write(`${JSON.stringify(error)}\n`)
  complain(`${name}${describeError(error)}`, world)
}
