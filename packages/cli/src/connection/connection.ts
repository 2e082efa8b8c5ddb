import { accessSync, constants, readFileSync } from 'node:fs'
import { type Answered, type Caller, callRoute, createTransport, type Target } from '@aptorch/shared'
import { findAddress, type Look } from './address.ts'
import { explain } from './explain.ts'
import { findToken } from './token.ts'

/** Calls a route of the daemon that was found. Rejects with errors that say what to do. */
export type Call = (target: Target, request: Readonly<Record<string, unknown>>) => Promise<Answered>

export const connect = (host: string | undefined, caller: Caller, signal: AbortSignal): Call => {
  const found = findAddress(host, caller, look)
  // A socket is guarded by its permissions; the token has no business there.
  const token = found.address.kind === 'http' ? findToken(caller, (path) => readFileSync(path, 'utf8')) : undefined
  const transport = createTransport(found.address, token?.token)
  return async (target, request) => {
    try {
      return await callRoute(transport, target, request, { signal })
    } catch (error) {
      throw explain(error, found, token)
    }
  }
}

const look: Look = (path) => {
  try {
    accessSync(path, constants.R_OK | constants.W_OK)
    return 'usable'
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EACCES' ? 'denied' : 'absent'
  }
}
