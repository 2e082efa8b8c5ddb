import { ApiError } from '@aptorch/shared'
import { type ExitCode, exitCodes } from './exit-codes.ts'

/** The command line is wrong. `command` is the subcommand whose help says how it is right. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
  readonly command: string

  constructor(message: string, command = '', options?: ErrorOptions) {
    super(message, options)
    this.command = command
  }
}

/** No daemon answered where it was looked for. */
export class UnreachableError extends Error {
  override readonly name = 'UnreachableError'
}

/** What was asked for is not in the daemon's answer. */
export class AbsentError extends Error {
  override readonly name = 'AbsentError'
}

/** Something on the caller's own machine is in the way, and the message says what. */
export class HostError extends Error {
  override readonly name = 'HostError'
}

/** The caller pressed Ctrl-C, or asked for the end otherwise. */
export class InterruptedError extends Error {
  override readonly name = 'InterruptedError'
}

export const exitCodeOf = (error: unknown): ExitCode => {
  if (error instanceof UsageError) return exitCodes.usage
  if (error instanceof UnreachableError) return exitCodes.unreachable
  if (error instanceof InterruptedError) return exitCodes.interrupted
  if (!(error instanceof ApiError)) return exitCodes.refused
  if (error.status === 503) return exitCodes.unreachable // it is on its way out
  if (error.status === 404) return exitCodes.notFound
  return error.status === 401 || error.status === 403 ? exitCodes.notAllowed : exitCodes.refused
}

/** What a person reads of it. What none of us foresaw comes with its stack, for the report. */
export const describeError = (error: unknown): string => {
  if (error instanceof UsageError)
    return `${error.message}\nSee '${['aptorch', error.command].join(' ').trim()} --help'.`
  if (toldByMessage.some((kind) => error instanceof kind)) return (error as Error).message
  return `something went wrong in aptorch itself: ${error instanceof Error ? error.stack : error}`
}

const toldByMessage = [ApiError, UnreachableError, AbsentError, HostError, InterruptedError] as const
