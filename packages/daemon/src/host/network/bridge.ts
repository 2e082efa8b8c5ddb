import { rm } from 'node:fs/promises'
import { both } from '../../both.ts'
import { Exclusive } from '../../exclusive.ts'
import type { Log } from '../../log.ts'
import { isFolder } from '../folders.ts'
import { addRules, noteShared, readRules, removeRules, removeRulesAndShared } from './host-firewall.ts'
import { type Note, withHostLock } from './host-lock.ts'
import { listLinks, makeBridge, mtuOf, networkOf, removeLink } from './links.ts'
import { isBridge, type Names } from './names.ts'
import type { BridgeNetwork } from './plugin-config.ts'
import { type Routes, readRoutes } from './routes.ts'
import { runOrThrow } from './run.ts'
import { checkSubnet, chooseSubnet, gatewayOf, isSameSubnet, parseSubnet, type Subnet, showSubnet } from './subnet.ts'

/** The bridge that a home's containers hang on, with the firewall's rules for all of them. Calls run one after the other. */
export interface Bridge {
  /**
   * Makes it when it isn't there. One with another network than the configured is made anew, unless it is in use. No network
   * is chosen that one of these nameservers is in.
   */
  ensure(inUse: () => boolean, nameservers: readonly string[]): Promise<BridgeNetwork>
  /** Takes it away with all that was there for it alone, unless it is in use. Whether it is gone now. */
  removeUnless(inUse: () => boolean): Promise<boolean>
}

export interface BridgeOptions {
  readonly names: Names
  /** The network that the configuration asks for, such as 10.88.0.0/20; undefined leaves the choice to us. */
  readonly subnet: string | undefined
  /** Folder with notes of the addresses given; it goes with the bridge. */
  readonly leases: string
  readonly log: Log
}

export const createBridge = ({ names, subnet: configured, leases, log }: BridgeOptions): Bridge => {
  const { bridge: name } = names
  const inTurn = new Exclusive()
  let known: BridgeNetwork | undefined

  const isThere = async () => (await listLinks()).includes(name)
  const isOnly = async () => !(await listLinks()).some((link) => isBridge(link) && link !== name)

  const find = async (inUse: boolean): Promise<BridgeNetwork | undefined> => {
    const found = (await isThere()) ? await networkOf(name) : undefined
    const wanted = configured === undefined ? undefined : parseSubnet(configured)
    if (!found || !wanted || isSameSubnet(wanted, found.subnet)) return found && describe(name, found)
    if (!inUse) return undefined
    log.warn({ event: 'containers keep the network of before', subnet: showSubnet(found.subnet), wanted: configured })
    return describe(name, found)
  }

  const choose = async ({ taken, uplink }: Routes, nameservers: readonly string[]): Promise<BridgeNetwork> => {
    const asked = nameservers.flatMap((address) => {
      const subnet = parseSubnet(address)
      return subnet ? [{ subnet, by: `the nameserver ${address}` }] : []
    })
    const subnet =
      configured === undefined ? chooseSubnet([...taken, ...asked], names.seed) : checkSubnet(configured, taken)
    // What comes in larger packets than the way to it lets through would not come at all.
    const mtu = Math.min(usualMtu, (uplink && (await mtuOf(uplink))) || usualMtu)
    return describe(name, { subnet, mtu })
  }

  const findOrMake = async (note: Note, inUse: boolean, nameservers: readonly string[]): Promise<BridgeNetwork> => {
    const [rules, routes, found] = await Promise.all([
      readRules(),
      runOrThrow('ip', '-json', '-4', 'route', 'show', 'table', 'all'),
      find(inUse),
    ])
    if (found) {
      await addRules(rules, name, found.subnet) // an earlier daemon may not have come to that
      return found
    }
    const network = await choose(readRoutes(routes, name), nameservers)
    if (await isOnly()) await noteShared(rules, note)
    try {
      await both(addRules(rules, name, network.subnet), makeBridge(network, names.hardware))
      return network
    } catch (error) {
      await removeAll(note)
      throw error
    }
  }

  const removeAll = async (note: Note): Promise<void> => {
    const rules = (await isOnly()) ? removeRulesAndShared(name, note, log) : removeRules(name)
    await both(rules, removeLink(name)) // the kernel takes its time with a link
  }

  return {
    ensure: (inUse, nameservers) =>
      inTurn.run(name, async () => {
        if (!known || !(await isThere())) {
          known = await withHostLock((note) => findOrMake(note, inUse(), nameservers))
        }
        return known
      }),

    removeUnless: (inUse) =>
      inTurn.run(name, async () => {
        if (inUse()) return false
        known = undefined
        if (!(await isThere()) && !(await isFolder(leases))) return true
        await withHostLock(removeAll)
        // Small files of host-local's and nothing else, in a folder that only root can enter.
        await rm(leases, { recursive: true, force: true })
        return true
      }),
  }
}

const usualMtu = 1500

const describe = (name: string, { subnet, mtu }: { subnet: Subnet; mtu: number }): BridgeNetwork => ({
  name,
  subnet: showSubnet(subnet),
  gateway: gatewayOf(subnet),
  mtu,
})
