import { readFile } from 'node:fs/promises'
import type { BridgeNetwork } from './plugin-config.ts'
import { feed, runOrThrow } from './run.ts'
import { parseSubnet, type Subnet } from './subnet.ts'

/** The names of this host's network interfaces (`/proc/net/dev`, proc(5)): no program has to be run for that. */
export const listLinks = async (): Promise<readonly string[]> =>
  (await readFile('/proc/net/dev', 'utf8'))
    .split('\n')
    .slice(2)
    .flatMap((line) => line.match(/^\s*(\S+):/)?.[1] ?? [])

/** The largest packet of an interface in bytes; undefined when that can't be read. */
export const mtuOf = async (link: string): Promise<number | undefined> => {
  const text = await readFile(`/sys/class/net/${link}/mtu`, 'utf8').catch(() => '')
  return Number(text) || undefined
}

/** An interface as `ip -json address` shows it (ip-address(8)), as far as it matters here. */
interface Link {
  readonly ifname?: string
  readonly flags?: readonly string[]
  readonly mtu?: number
  readonly addr_info?: readonly { readonly family: string; readonly local: string; readonly prefixlen: number }[]
}

/** The IPv4 network of an interface that is up, and the size of its packets. Undefined when it has none, or is down. */
export const networkOf = async (link: string): Promise<{ subnet: Subnet; mtu: number } | undefined> => {
  const listed: Link[] = JSON.parse(await runOrThrow('ip', '-json', '-4', 'address', 'show', 'dev', link))
  const found = listed.find(({ ifname }) => ifname === link) // some releases list the others as empty objects
  if (!found?.flags?.includes('UP')) return undefined
  const own = found.addr_info?.find(({ family }) => family === 'inet')
  const subnet = own && parseSubnet(`${own.local}/${own.prefixlen}`)
  return subnet && { subnet, mtu: found.mtu ?? 1500 }
}

/** Makes a bridge with the host's address in its network, in the place of one that is there. */
export const makeBridge = async ({ name, subnet, gateway, mtu }: BridgeNetwork, hardware: string): Promise<void> => {
  const commands = [
    ...((await listLinks()).includes(name) ? [`link delete dev ${name}`] : []),
    `link add name ${name} address ${hardware} mtu ${mtu} type bridge`,
    `address add ${gateway}/${subnet.split('/')[1]} dev ${name}`,
    `link set dev ${name} up`,
  ]
  await feed(`${commands.join('\n')}\n`, 'ip', '-batch', '-')
}

/** "Already gone" is success. */
export const removeLink = async (name: string): Promise<void> => {
  if ((await listLinks()).includes(name)) await runOrThrow('ip', 'link', 'delete', 'dev', name)
}
