import { isIPv4 } from 'node:net'
import { runOrThrow } from './run.ts'

/** A port of the host that somebody wants; `host_ip` 0.0.0.0 is every IPv4 address, :: every address. */
export interface WantedPort {
  readonly host_ip: string
  readonly host_port: number
  readonly protocol: 'tcp' | 'udp'
}

/** Who holds a port of the host, such as 'nginx (pid 12)'; undefined when it is free. */
export const portHolder = async (port: WantedPort): Promise<string | undefined> => {
  const flags = port.protocol === 'tcp' ? '-Htlnp' : '-Hulnp'
  return findHolder(await runOrThrow('ss', flags, `sport = :${port.host_port}`), port)
}

/**
 * Finds the holder in what ss(8) lists, a line a socket: state, two queues, local address, peer, and processes as
 * `users:(("nginx",pid=12,fd=6))` where they can be told.
 */
export const findHolder = (listing: string, { host_ip, host_port }: WantedPort): string | undefined => {
  for (const line of listing.split('\n')) {
    const [, , , local = ''] = line.trim().split(/\s+/)
    const [, address, port] = local.match(/^(.*):(\d+)$/) ?? []
    if (address === undefined || Number(port) !== host_port || !doOverlap(plain(address), host_ip)) continue
    const [, name, pid] = line.match(/users:\(\("([^"]*)",pid=(\d+)/) ?? []
    return name === undefined ? 'another program' : `${name} (pid ${pid})`
  }
  return undefined
}

/** Without brackets, interface and the form that an IPv4 address has on an IPv6 socket. */
const plain = (address: string) =>
  address
    .replace(/^\[|\]$/g, '')
    .replace(/%.*$/, '')
    .replace(/\]$/, '')
    .replace(/^::ffff:(?=\d+\.)/i, '')

/** "*" is a socket that takes both families, "::" one that takes IPv6 alone. */
const doOverlap = (held: string, wanted: string) => {
  if (held === '*' || wanted === '::' || held === wanted) return true
  return isIPv4(wanted) ? held === '0.0.0.0' || (wanted === '0.0.0.0' && isIPv4(held)) : held === '::'
}
