import { describe, expect, test } from 'vitest'
import { checkSubnet, chooseSubnet, doOverlap, gatewayOf, parseSubnet, type Subnet, showSubnet } from './subnet.ts'

const subnet = (text: string) => parseSubnet(text) as Subnet
const taken = (...texts: string[]) => texts.map((text) => ({ subnet: subnet(text), by: `the route ${text}` }))

describe('an IPv4 network', () => {
  test.for([
    ['10.88.0.0/20', '10.88.0.0/20', '10.88.0.1'],
    ['10.88.15.255/20', '10.88.0.0/20', '10.88.0.1'],
    ['192.168.7.9', '192.168.7.9/32', '192.168.7.10'],
    ['255.255.255.255/1', '128.0.0.0/1', '128.0.0.1'],
    ['10.9.8.7/0', '0.0.0.0/0', '0.0.0.1'],
  ] as const)('%s is %s', ([text, shown, gateway]) => {
    expect(showSubnet(subnet(text))).toBe(shown)
    expect(gatewayOf(subnet(text))).toBe(gateway)
  })

  test.for(['default', '', '10.0.0.0/33', '10.0.0.256/8', '10.0.0/8', 'fe80::/64', '10.0.0.0/8 '])(
    '"%s" is none',
    (text) => {
      expect(parseSubnet(text)).toBeUndefined()
    },
  )

  test.for([
    ['10.0.0.0/8', '10.88.0.0/20', true],
    ['10.88.0.0/20', '10.88.15.255', true],
    ['10.88.0.0/20', '10.88.16.0/20', false],
    ['0.0.0.0/0', '203.0.113.9', true],
    ['128.0.0.0/1', '127.255.255.255', false],
  ] as const)('that %s overlaps %s is %s', ([one, other, overlap]) => {
    expect(doOverlap(subnet(one), subnet(other))).toBe(overlap)
    expect(doOverlap(subnet(other), subnet(one))).toBe(overlap)
  })
})

describe('a network that is configured', () => {
  test('is taken as it is meant', () => {
    expect(showSubnet(checkSubnet('10.77.0.9/24', taken('10.78.0.0/16', '127.0.0.0/8')))).toBe('10.77.0.0/24')
  })

  test.for([
    ['10.77.0.0/31', /want one from \/8 to \/30/],
    ['10.0.0.0/7', /want one from \/8 to \/30/],
    ['10.77.0.1', /want one from \/8 to \/30/],
    ['ten', /got "ten"/],
    ['10.88.0.0/20', /10\.88\.0\.0\/20 clashes with the route 10\.88\.4\.0\/24; choose another/],
    ['192.0.2.128/25', /clashes with the route 192\.0\.2\.0\/24/],
  ] as const)('can not be %s', ([text, message]) => {
    expect(() => checkSubnet(text, taken('192.0.2.0/24', '10.88.4.0/24'))).toThrow(message)
  })
})

describe('a network that is chosen', () => {
  const choose = (seed: number, ...texts: string[]) => showSubnet(chooseSubnet(taken(...texts), seed))

  test.for([
    ['the one that the seed says', 0, [], '10.88.0.0/20'],
    ['the one that the seed says', 2, [], '10.88.32.0/20'],
    ['the one that a large seed says', 127 + 128 * 1_000_000, [], '10.95.240.0/20'],
    ['the next when that is in use', 2, ['10.88.32.0/24', '10.88.63.255'], '10.88.64.0/20'],
    ['the first again after the last', 127, ['10.95.240.0/20'], '10.88.0.0/20'],
    ['of the next range when one is full', 1, ['10.0.0.0/8'], '172.16.16.0/20'],
    ['of the last range', 1, ['10.0.0.0/8', '172.16.0.0/12'], '192.168.16.0/20'],
  ] as const)('is %s (%i)', ([_, seed, routes, chosen]) => {
    expect(choose(seed, ...routes)).toBe(chosen)
  })

  test('differs from home to home, and is none when all are in use', () => {
    expect(choose(5)).not.toBe(choose(6))
    expect(() => choose(0, '10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16')).toThrow(/"subnet" in config\.json/)
  })
})
