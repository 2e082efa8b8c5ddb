/** Where a daemon answers: on a Unix socket or at an HTTP address. */
export type Address =
  | { readonly kind: 'socket'; readonly path: string }
  | { readonly kind: 'http'; readonly host: string; readonly port: number }

export const defaultPort = 3333
export const defaultAddress = { kind: 'http', host: '127.0.0.1', port: defaultPort } as const satisfies Address

/**
 * Reads `unix:///run/aptorch.sock`, `http://127.0.0.1:3333`, `127.0.0.1:3333` or an absolute path of a socket.
 * Throws a TypeError that says what came and what is wanted.
 */
export const parseAddress = (text: string): Address => {
  if (text.startsWith('/')) return { kind: 'socket', path: text }
  if (text.startsWith('unix://')) {
    const path = text.slice('unix://'.length)
    if (path.startsWith('/')) return { kind: 'socket', path }
    throw badAddress(text)
  }
  const url = URL.parse(/^[a-z]+:\/\//i.test(text) ? text : `http://${text}`)
  if (url?.protocol !== 'http:' || url.pathname !== '/' || url.hostname === '') throw badAddress(text)
  return {
    kind: 'http',
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: url.port === '' ? defaultPortOf(text) : Number(url.port),
  }
}

export const formatAddress = (address: Address): string =>
  address.kind === 'socket'
    ? `unix://${address.path}`
    : `http://${address.host.includes(':') ? `[${address.host}]` : address.host}:${address.port}`

// URL drops ":80" as http's own; a bare name means this project's port.
const defaultPortOf = (text: string) => (/:80\/?$/.test(text) ? 80 : defaultPort)

const badAddress = (text: string) =>
  new TypeError(`the daemon's address: got "${text}", want unix:///PATH or http://HOST:PORT`)
