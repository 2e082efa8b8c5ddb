import { createHash, timingSafeEqual } from 'node:crypto'
import { apiError } from '@aptorch/shared'
import type { MiddlewareHandler } from 'hono'

export interface GuardOptions {
  /** Names and addresses, without ports, that `Host` may have. */
  readonly hosts: readonly string[]
  /** Null when the door takes no token (`--no-auth`). */
  readonly token: string | null
  /** Paths that answer without a token. */
  readonly openPaths: readonly string[]
}

/**
 * Guards the TCP door. `Host` and `Origin` are checked with and without a token: a page in somebody's browser can send a
 * request to loopback under a name of its own (DNS rebinding), and without a token that would be enough.
 */
export const tcpGuard = ({ hosts, token, openPaths }: GuardOptions): MiddlewareHandler =>
  async function guardTcp(context, next) {
    const host = context.req.header('host')
    if (!hosts.includes(hostName(host ?? ''))) {
      throw apiError('wrong_host', `Host: got ${JSON.stringify(host ?? '')}, want one of ${hosts.join(', ')}`)
    }
    const origin = context.req.header('origin')
    if (origin !== undefined && URL.parse(origin)?.host !== host?.toLowerCase()) {
      throw apiError(
        'wrong_origin',
        `Origin: got ${JSON.stringify(origin)}, want none: pages of other sites may not call this daemon`,
      )
    }
    if (token !== null && !openPaths.includes(context.req.path)) checkToken(context.req.header('authorization'), token)
    await next()
  }

const checkToken = (header: string | undefined, token: string) => {
  const given = header?.match(/^Bearer +(\S+)$/i)?.[1]
  if (given !== undefined && isSame(given, token)) return
  const what = header === undefined ? 'no token came' : 'the token is wrong'
  throw apiError(
    'unauthorized',
    `${what}; want the header "Authorization: Bearer TOKEN" with the token from the file orchestrator/token of the daemon's home`,
  )
}

// Digests have one length, so the comparison takes as long whatever came.
const isSame = (a: string, b: string) => timingSafeEqual(digest(a), digest(b))
const digest = (text: string) => createHash('sha256').update(text).digest()

const hostName = (host: string) => host.toLowerCase().replace(/:\d+$/, '')
