import { isIPv4 } from 'node:net'
import { runOrThrow } from './run.ts'

/** A port of the host that somebody wants; `host_ip` 0.0.0.0 is every IPv4 address, :: every address. */
export interface WantedPort {
  readonly host_ip: string
  readonly host_port: number
  readonly protocol: 'tcp' | 'udp'
}

/**
 * Who holds a port of the host, such as 'nginx (pid 12)'; undefined when it is free. `own` is the name of our own network,
 * whose ports are known.
 */
export const portHolder = async (port: WantedPort, own: string): Promise<string | undefined> => {
  const flags = port.protocol === 'tcp' ? '-Htlnp' : '-Hulnp'
  // One after the other: what is just being started has, for a moment, all that its starter listens on.
  const listener = findHolder(await runOrThrow('ss', flags, `sport = :${port.host_port}`), port)
  return listener ?? findRedirect(await runOrThrow('iptables-save', '-t', 'nat'), port, own)
}

/**
 * Finds in what iptables-save(8) prints who else leads a port away: nobody listens on such a one, but no packet would come to
 * a second one. The CNI plugin portmap names its network and its container in a comment.
 */
export const findRedirect = (rules: string, port: WantedPort, own: string): string | undefined => {
  for (const rule of rules.split('\n')) {
    // What leads to one of portmap's own chains says whose it is; the rules in there don't.
    if (!/^(?!-A CNI-DN-).* -j (DNAT|CNI-DN-)/.test(rule) || !rule.includes(` -p ${port.protocol} `)) continue
    const [, ports] = rule.match(/ --dports? ([\d,:]+)/) ?? []
    const [, address] = rule.match(/ -d ([\d.]+)(?:\/32)? /) ?? []
    if (!ports || !coversPort(ports, port.host_port) || !doOverlap(address ?? '0.0.0.0', port.host_ip)) continue
    const [, network, container] = rule.match(/name: \\"([^"\\]+)\\" id: \\"([^"\\]+)\\"/) ?? []
    if (network === own) continue
    return container
      ? `the container ${container} of the network ${network}`
      : 'a rule of the firewall (iptables-save -t nat)'
  }
  return undefined
}

const coversPort = (ports: string, wanted: number) =>
  ports.split(',').some((range) => {
    const [first = 0, last = first] = range.split(':').map(Number)
    return wanted >= first && wanted <= last
  })

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
