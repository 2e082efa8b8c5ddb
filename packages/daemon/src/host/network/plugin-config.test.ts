import type { BoundPort } from '@aptorch/shared'
import { expect, test } from 'vitest'
import { bridgeConfig, firewallConfig, portmapConfig, withoutLease } from './plugin-config.ts'
import { addressIn } from './plugins.ts'

const bridge = { name: 'aptorch-1a2b3c', subnet: '10.88.0.0/20', gateway: '10.88.0.1', mtu: 1400 }
const result = { cniVersion: '0.4.0', ips: [{ version: '4', address: '10.88.0.2/20', gateway: '10.88.0.1' }] }

test('an interface gets an address of the bridge’s network, and the way out of it', () => {
  const config = bridgeConfig(bridge, '/home/leases')
  expect(config).toMatchObject({
    cniVersion: '0.4.0',
    type: 'bridge',
    bridge: 'aptorch-1a2b3c',
    isGateway: true,
    ipMasq: false,
    hairpinMode: true,
    mtu: 1400,
    ipam: {
      type: 'host-local',
      dataDir: '/home/leases',
      ranges: [[{ subnet: '10.88.0.0/20', gateway: '10.88.0.1' }]],
      routes: [{ dst: '0.0.0.0/0' }],
    },
  })
  expect(withoutLease(config)).toEqual({ ...config, ipam: {} })
})

test('the firewall hears of the address that was given', () => {
  expect(firewallConfig(bridge.name, result)).toMatchObject({ type: 'firewall', name: bridge.name, prevResult: result })
})

test.for([
  ['0.0.0.0', undefined],
  ['::', undefined],
  ['127.0.0.1', '127.0.0.1'],
] as const)('a port of %s is published on %s', ([host_ip, hostIP]) => {
  const port: BoundPort = { host_ip, host_port: 5353, container_port: 53, protocol: 'udp' }
  const config = portmapConfig(bridge.name, [port], result) as { runtimeConfig: { portMappings: object[] } }
  const mapped = { hostPort: 5353, containerPort: 53, protocol: 'udp' }
  expect(config).toMatchObject({ snat: true, capabilities: { portMappings: true }, prevResult: result })
  expect(config.runtimeConfig.portMappings).toEqual([hostIP ? { ...mapped, hostIP } : mapped])
})

test('a result has an address, or is none', () => {
  expect(addressIn(result)).toBe('10.88.0.2')
  expect(() => addressIn({ cniVersion: '0.4.0', ips: [] })).toThrow()
  expect(() => addressIn(null)).toThrow()
})
