/**
 * Rules of the host's firewall as iptables-save(8) prints them and iptables-restore(8) takes them. Pure.
 * Ours carry the bridge's name as comment; the CNI plugins make the rest.
 */

export type Table = 'filter' | 'nat'

export const tableNames: readonly Table[] = ['filter', 'nat']

const commented = (bridge: string) => `-m comment --comment ${bridge}`

/**
 * What leads out of the network gets the host's address. What comes in to a published port may be forwarded, also where the
 * host forwards nothing else (Docker makes DROP the policy): the firewall plugin lets only answers in. Nothing else gets in from
 * outside, nor to a port that is published on loopback. And containers don't get to the host's loopback, but to answer: the plugin
 * for ports opens that to the bridge (route_localnet; see CVE-2020-8558). Each is put before those above it.
 */
const ownRules: Readonly<Record<Table, (bridge: string, subnet: string) => readonly string[]>> = {
  nat: (bridge, subnet) => [`-A POSTROUTING -s ${subnet} ! -o ${bridge} ${commented(bridge)} -j MASQUERADE`],
  filter: (bridge) => [
    `-I FORWARD ! -i ${bridge} -o ${bridge} -m conntrack --ctstate NEW ${commented(bridge)} -j DROP`,
    `-I FORWARD -o ${bridge} -m conntrack --ctstate DNAT ${commented(bridge)} -j ACCEPT`,
    `-I FORWARD -o ${bridge} -m conntrack --ctorigdst 127.0.0.0/8 ${commented(bridge)} -j DROP`,
    `-I INPUT -d 127.0.0.0/8 -i ${bridge} -m conntrack ! --ctstate RELATED,ESTABLISHED ${commented(bridge)} -j DROP`,
  ],
}

/** What iptables-restore is to be given so that the rules for a bridge are there, once. */
export const additions = (saved: string, bridge: string, subnet: string): string =>
  tableNames
    .map((name) =>
      transaction(name, [
        ...linesOf(saved, name).filter(isOwn(bridge)).map(deletion),
        ...ownRules[name](bridge, subnet),
      ]),
    )
    .join('')

// What the plugins make once for all containers and never take away.
const shared: Readonly<Record<Table, { chains: readonly string[]; rules: readonly string[] }>> = {
  filter: {
    chains: ['CNI-FORWARD', 'CNI-ADMIN'],
    rules: [
      '-A FORWARD -m comment --comment "CNI firewall plugin rules" -j CNI-FORWARD',
      '-A CNI-FORWARD -m comment --comment "CNI firewall plugin admin overrides" -j CNI-ADMIN',
    ],
  },
  nat: {
    chains: ['CNI-HOSTPORT-DNAT', 'CNI-HOSTPORT-MASQ', 'CNI-HOSTPORT-SETMARK'],
    rules: [
      '-A PREROUTING -m addrtype --dst-type LOCAL -j CNI-HOSTPORT-DNAT',
      '-A OUTPUT -m addrtype --dst-type LOCAL -j CNI-HOSTPORT-DNAT',
      '-A POSTROUTING -m comment --comment "CNI portfwd requiring masquerade" -j CNI-HOSTPORT-MASQ',
      '-A CNI-HOSTPORT-MASQ -m mark --mark 0x2000/0x2000 -j MASQUERADE',
      '-A CNI-HOSTPORT-SETMARK -m comment --comment "CNI portfwd masquerade mark" -j MARK --set-xmark 0x2000/0x2000',
    ],
  },
}

/** The tables that hold chains which the plugins make for all: somebody else's when they do before we come. */
export const tablesWithShared = (saved: string): readonly Table[] =>
  tableNames.filter((name) => sharedChainsIn(name, linesOf(saved, name)).length > 0)

/**
 * What iptables-restore is to be given, a transaction per table, to take away the rules for a bridge, and in the tables
 * named what the plugins leave behind, unless anything else is in there or leads there. A chain is removed only if it is
 * empty by then, or its whole transaction fails: nobody's rule is lost.
 */
export const removals = (saved: string, bridge: string, leftovers: readonly Table[]): readonly string[] =>
  tableNames.flatMap((name) => {
    const lines = linesOf(saved, name)
    const { rules, chains } = leftovers.includes(name) ? unusedShared(name, lines) : { rules: [], chains: [] }
    const commands = [
      ...[...lines.filter(isOwn(bridge)), ...rules].map(deletion),
      ...chains.map((chain) => `-X ${chain}`),
    ]
    return commands.length === 0 ? [] : [transaction(name, commands)]
  })

const unusedShared = (table: Table, lines: readonly string[]) => {
  const chains = sharedChainsIn(table, lines)
  const rules = lines.filter((line) => line.startsWith('-A ') && line.split(' ').some((word) => chains.includes(word)))
  const known = shared[table].rules.map(unquoted)
  return rules.every((rule) => known.includes(unquoted(rule))) ? { chains, rules } : { chains: [], rules: [] }
}

const sharedChainsIn = (table: Table, lines: readonly string[]) =>
  shared[table].chains.filter((chain) => lines.some((line) => line.startsWith(`:${chain} `)))

const isOwn = (bridge: string) => (line: string) => `${unquoted(line)} `.includes(` --comment ${bridge} `)

/** Releases differ in whether they quote what has no space. */
const unquoted = (line: string) => line.replaceAll('"', '')

const deletion = (line: string) => line.replace(/^-A /, '-D ')

const transaction = (table: Table, commands: readonly string[]) => [`*${table}`, ...commands, 'COMMIT', ''].join('\n')

/** The lines of one table, its chains and rules. */
const linesOf = (saved: string, table: Table): readonly string[] =>
  saved
    .split(/^(?=\*)/m)
    .filter((text) => text.startsWith(`*${table}\n`))
    .flatMap((text) => text.split('\n'))
