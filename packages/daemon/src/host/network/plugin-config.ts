import type { BoundPort } from '@aptorch/shared'
import * as z from 'zod'

/** What the CNI plugins read on their standard input, by their own documents (cni.dev/plugins). Pure. */

/** A bridge: `subnet` such as 10.88.0.0/20, `gateway` the host's own address in it, `mtu` the largest packet in bytes. */
export const BridgeNetwork = z.object({ name: z.string(), subnet: z.string(), gateway: z.string(), mtu: z.int() })
export type BridgeNetwork = z.output<typeof BridgeNetwork>

// The oldest that all plugins in use today speak, and the first with results as they are now.
const cniVersion = '0.4.0'

/**
 * The container's interface and its address; `leases` is the folder where host-local notes who has which. No masquerading: one
 * rule for the whole bridge does that.
 */
export const bridgeConfig = ({ name, subnet, gateway, mtu }: BridgeNetwork, leases: string): object => ({
  cniVersion,
  name,
  type: 'bridge',
  bridge: name,
  isGateway: true,
  ipMasq: false,
  hairpinMode: true,
  mtu,
  ipam: { type: 'host-local', dataDir: leases, ranges: [[{ subnet, gateway }]], routes: [{ dst: '0.0.0.0/0' }] },
})

/** For taking the interface away and leaving the address taken: no other must get it while there are rules for it. */
export const withoutLease = (config: object): object => ({ ...config, ipam: {} })

/** Forwarding to and from the address in a result of the bridge plugin. */
export const firewallConfig = (name: string, prevResult: unknown): object => ({
  cniVersion,
  name,
  type: 'firewall',
  prevResult,
})

/** Published ports. Without `hostIP` the port is taken on all addresses. */
export const portmapConfig = (name: string, ports: readonly BoundPort[], prevResult: unknown): object => ({
  cniVersion,
  name,
  type: 'portmap',
  snat: true,
  capabilities: { portMappings: true },
  runtimeConfig: {
    portMappings: ports.map(({ host_ip, host_port, container_port, protocol }) => ({
      hostPort: host_port,
      containerPort: container_port,
      protocol,
      ...(host_ip === '0.0.0.0' || host_ip === '::' ? {} : { hostIP: host_ip }),
    })),
  },
  prevResult,
})
