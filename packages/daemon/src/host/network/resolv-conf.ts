/** What containers read as /etc/resolv.conf (resolv.conf(5)). Pure. */

export interface Resolver {
  readonly text: string
  readonly nameservers: readonly string[]
  /** For whoever starts a container; empty when all is well. */
  readonly warnings: readonly string[]
}

export interface ResolverSources {
  /** What the configuration names; it goes before everything else. */
  readonly dns: readonly string[]
  /** The host's own /etc/resolv.conf. */
  readonly host: string
  /** Files that have what a resolver on loopback asks in its turn, the best first. */
  readonly upstream: readonly string[]
}

const open = ['1.1.1.1', '8.8.8.8']

/**
 * Chooses the nameservers that a container can reach: not the host's loopback, and IPv6 only where there is nothing else, since
 * its network has IPv4 alone. The host's search and options lines stay.
 */
export const resolverFor = ({ dns, host, upstream }: ResolverSources): Resolver => {
  const kept = host.split('\n').filter((line) => /^(search|domain|options|sortlist)\s/.test(line))
  const { nameservers, warnings } = dns.length > 0 ? { nameservers: dns, warnings: [] } : choose([host, ...upstream])
  const lines = [...nameservers.map((address) => `nameserver ${address}`), ...kept]
  return { text: `${lines.join('\n')}\n`, nameservers, warnings }
}

const choose = (files: readonly string[]): Omit<Resolver, 'text'> => {
  const all = files.map(nameserversOf)
  const reachable = all.map((list) => list.filter((address) => !address.includes(':'))).find(isFilled)
  if (reachable) return { nameservers: reachable, warnings: [] }
  const other = all.find(isFilled)
  if (other) return { nameservers: other, warnings: [`${onlyIpv6}: set "dns" in config.json`] }
  return { nameservers: open, warnings: [`${onlyLoopback}; it asks ${open.join(' and ')}: set "dns" in config.json`] }
}

const onlyIpv6 = "the host's nameservers have IPv6 addresses only, which a container can hardly reach"
const onlyLoopback = "the host's resolver answers on loopback only, which a container can't reach"

const nameserversOf = (text: string): readonly string[] =>
  text.split('\n').flatMap((line) => {
    const address = line.match(/^nameserver\s+(\S+)/)?.[1]
    return address === undefined || isLoopback(address) ? [] : [address]
  })

const isLoopback = (address: string) =>
  /^(::ffff:)?127\./i.test(address) || ['::1', '0.0.0.0', '::', '0:0:0:0:0:0:0:1'].includes(address)

const isFilled = (list: readonly string[]) => list.length > 0
