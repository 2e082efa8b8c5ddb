import {
  type Address,
  type Caller,
  defaultAddress,
  defaultHome,
  defaultSocket,
  parseAddress,
  systemSocket,
} from '@aptorch/shared'
import { UsageError } from '../errors.ts'

export interface Found {
  readonly address: Address
  /** Sockets that are there but may not be used by the caller. */
  readonly denied: readonly string[]
}

/** What a look at the path of a socket showed. */
export type Look = (path: string) => 'usable' | 'denied' | 'absent'

/**
 * Where the daemon is: at `--host`, at APTORCH_HOST, on the caller's own socket, on the system's, else on TCP. A socket that
 * the caller may not use is passed over: the daemon may let in on TCP whoever has the token.
 */
export const findAddress = (host: string | undefined, caller: Caller, look: Look): Found => {
  if (host !== undefined) return { address: parse('--host', host), denied: [] }
  if (caller.env.APTORCH_HOST) return { address: parse('APTORCH_HOST', caller.env.APTORCH_HOST), denied: [] }
  const home = caller.env.APTORCH_HOME || defaultHome(caller)
  const looks = [...new Set([defaultSocket(caller, home), systemSocket])].map((path) => ({ path, found: look(path) }))
  const usable = looks.find(({ found }) => found === 'usable')
  return {
    address: usable ? { kind: 'socket', path: usable.path } : defaultAddress,
    denied: looks.filter(({ found }) => found === 'denied').map(({ path }) => path),
  }
}

const parse = (source: string, text: string) => {
  try {
    return parseAddress(text)
  } catch (error) {
    throw new UsageError(`${source}: ${(error as Error).message}`, '', { cause: error })
  }
}
