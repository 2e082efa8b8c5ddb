import { Exclusive } from '../../exclusive.ts'
import { createLanes } from '../../lanes.ts'
import type { AttachmentRecord } from './attachments.ts'
import { firewallConfig, portmapConfig } from './plugin-config.ts'
import { type PluginCall, type PluginName, runPlugin } from './plugins.ts'

/** What the plugins do on the host's side of a container: forwarding, and its published ports. */
export interface Firewall {
  /** Can be done again. */
  open(call: FirewallCall, record: AttachmentRecord): Promise<void>
  /** "Nothing to close" is success. When one plugin fails the other has still run. */
  close(call: FirewallCall, record: AttachmentRecord): Promise<void>
  /** To be told when what the plugins share may have been removed. */
  forget(): void
}

export type FirewallCall = Pick<PluginCall, 'id' | 'namespace'>

// Beyond that they only wait for each other: each runs iptables a dozen times, and there is one lock on it.
const atOnce = 4

export const createFirewall = (): Firewall => {
  const inLane = createLanes(atOnce)
  const inTurn = new Exclusive()
  const begun = new Set<PluginName>()

  const run = (name: PluginName, call: PluginCall, config: object) => inLane(() => runPlugin(name, call, config))

  /** The first of each goes alone: those that ran beside it would make what all share once more. */
  const add = async (name: PluginName, call: FirewallCall, config: object) => {
    const runs = () => run(name, { ...call, command: 'ADD' }, config)
    const wasFirst = await inTurn.run(name, async () => {
      if (begun.has(name)) return false
      await runs()
      begun.add(name)
      return true
    })
    if (!wasFirst) await runs()
  }

  return {
    open: async (call, { bridge, ports, result }) => {
      if (!bridge) return
      await add('firewall', call, firewallConfig(bridge.name, result))
      if (ports.length > 0) await add('portmap', call, portmapConfig(bridge.name, ports, result))
    },

    close: async (call, { bridge, ports, result }) => {
      if (!bridge) return
      const done = await Promise.allSettled([
        run('firewall', { ...call, command: 'DEL' }, firewallConfig(bridge.name, result)),
        ports.length > 0 && run('portmap', { ...call, command: 'DEL' }, portmapConfig(bridge.name, ports, result)),
      ])
      for (const each of done) if (each.status === 'rejected') throw each.reason
    },

    forget: () => begun.clear(),
  }
}
