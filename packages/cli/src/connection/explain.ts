import { type Address, ApiError, formatAddress } from '@aptorch/shared'
import { InterruptedError, UnreachableError } from '../errors.ts'
import type { Found } from './address.ts'
import type { FoundToken } from './token.ts'

/** Makes of what went wrong with a call an error that says what to do. */
export const explain = (error: unknown, { address, denied }: Found, token: FoundToken | undefined): unknown => {
  if (error instanceof ApiError) {
    if (error.code === 'not_aptorch')
      return unreachable(address, `something else answers there: ${error.message}`, error)
    return error.code === 'unauthorized' && token ? withTokenAdvice(error, denied, token) : error
  }
  const { name, code, message } = error as NodeJS.ErrnoException
  if (name === 'AbortError') return new InterruptedError('interrupted; what the daemon has begun it goes on with')
  return unreachable(address, reasons[code ?? ''] ?? (message || code || 'no answer'), error, denied)
}

/** The error of a connection that broke off in the middle of what it carried. */
export const lost = (error: unknown, address: Address): Error => {
  if (error instanceof ApiError) return error
  if (error instanceof Error && error.name === 'AbortError')
    return new InterruptedError('interrupted', { cause: error })
  return new UnreachableError(`lost the connection to aptorchd at ${formatAddress(address)}: it went away meanwhile`, {
    cause: error,
  })
}

const joinGroup = 'have yourself added to the group aptorch (usermod -aG aptorch USER) and log in again, or use sudo'

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such socket',
  EACCES: `you may not use this socket; ${joinGroup}`,
  ECONNREFUSED: 'nobody listens there',
  ECONNRESET: 'it went away before it answered',
  ENOTFOUND: 'there is no host of this name',
}

const advice =
  'Start the daemon (aptorchd), or say where it is with --host or APTORCH_HOST, such as unix:///run/aptorch.sock.'

const unreachable = (address: Address, why: string, cause: unknown, denied: readonly string[] = []) =>
  new UnreachableError(
    [
      `can't reach aptorchd at ${formatAddress(address)}: ${why}`,
      ...denied.map((path) => `The socket ${path} is there, but you may not use it: ${joinGroup}.`),
      ...(why === reasons.EACCES ? [] : [advice]),
    ].join('\n'),
    { cause },
  )

const withTokenAdvice = (error: ApiError, denied: readonly string[], { token, source, failures }: FoundToken) =>
  new ApiError(
    {
      ...error.toJSON(),
      message: [
        token === undefined
          ? 'the daemon asks for a token, and none was found'
          : `the daemon does not take the token from ${source}`,
        ...failures.map((failure) => `  ${failure}`),
        ...denied.map((path) => `The socket ${path} needs no token, but you may not use it: ${joinGroup}.`),
        "Set APTORCH_TOKEN, or APTORCH_TOKEN_FILE to the file orchestrator/token of the daemon's home.",
      ].join('\n'),
    },
    { cause: error },
  )
