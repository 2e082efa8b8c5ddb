import { expect, test } from 'vitest'
import { readRoutes } from './routes.ts'
import { showSubnet } from './subnet.ts'

const route = (dst: string, more: object = {}) => ({ dst, flags: [], ...more })
const read = (...routes: object[]) => readRoutes(JSON.stringify(routes), 'aptorch-1a2b3c')

test('where a host sends something is in use, but for what goes everywhere and what goes to the bridge', () => {
  const { taken } = read(
    route('default', { gateway: '192.0.2.1', dev: 'eth0' }),
    route('0.0.0.0/0', { dev: 'tun0' }),
    route('192.0.2.0/24', { dev: 'eth0', scope: 'link' }),
    route('10.0.0.0/8', { gateway: '192.0.2.7', dev: 'eth0' }),
    route('172.16.0.0/12', { type: 'blackhole' }),
    route('10.88.0.0/20', { dev: 'aptorch-1a2b3c' }),
    route('10.88.0.1', { type: 'local', dev: 'aptorch-1a2b3c', table: 'local' }),
    route('127.0.0.1', { type: 'local', dev: 'lo', table: 'local' }),
  )
  expect(taken.map(({ subnet, by }) => [showSubnet(subnet), by])).toEqual([
    ['192.0.2.0/24', 'the route 192.0.2.0/24 dev eth0'],
    ['10.0.0.0/8', 'the route 10.0.0.0/8 via 192.0.2.7 dev eth0'],
    ['172.16.0.0/12', 'the route 172.16.0.0/12'],
    ['127.0.0.1/32', 'the route 127.0.0.1 dev lo'],
  ])
})

test('the way to everywhere else is the best of those that lead there', () => {
  const viaWifi = route('default', { dev: 'wlan0', metric: 600 })
  const viaCable = route('default', { dev: 'eth0', metric: 100 })
  expect(read(viaWifi, viaCable).uplink).toBe('eth0')
  expect(read(viaWifi, viaCable, route('default', { dev: 'tun0' })).uplink).toBe('tun0')
  expect(read(route('192.0.2.0/24', { dev: 'eth0' })).uplink).toBeUndefined()
})

test('a host can have no route at all', () => {
  expect(readRoutes('', 'aptorch-1a2b3c')).toEqual({ taken: [], uplink: undefined })
})
