import { describe, expect, test } from 'vitest'
import { resolverFor } from './resolv-conf.ts'

const conf = (...addresses: string[]) => addresses.map((address) => `nameserver ${address}\n`).join('')
const resolver = (host: string, { dns = [], upstream = [] }: { dns?: string[]; upstream?: string[] } = {}) =>
  resolverFor({ dns, host, upstream })

describe('a container asks', () => {
  test.for([
    ['what the host asks', conf('192.0.2.53', '198.51.100.53'), {}, ['192.0.2.53', '198.51.100.53']],
    ['nobody on loopback', conf('127.0.0.53', '192.0.2.53', '::1', '127.0.0.1'), {}, ['192.0.2.53']],
    ['over IPv4 only', conf('2001:db8::53', '192.0.2.53'), {}, ['192.0.2.53']],
    ['what is configured', conf('192.0.2.53'), { dns: ['9.9.9.9'] }, ['9.9.9.9']],
    [
      'whom systemd-resolved asks',
      conf('127.0.0.53'),
      { upstream: [conf('192.0.2.1'), conf('192.0.2.2')] },
      ['192.0.2.1'],
    ],
    ['whom NetworkManager asks', conf('127.0.0.1'), { upstream: ['', conf('127.0.0.1', '192.0.2.2')] }, ['192.0.2.2']],
    ['rather a second resolver than over IPv6', conf('2001:db8::53'), { upstream: [conf('192.0.2.1')] }, ['192.0.2.1']],
  ] as const)('%s', ([_, host, more, nameservers]) => {
    const chosen = resolver(host, more as { dns?: string[]; upstream?: string[] })
    expect(chosen).toEqual({ text: conf(...nameservers), nameservers, warnings: [] })
  })

  test.for([conf('127.0.0.53'), conf('::1', '0.0.0.0'), '', '# nameserver 192.0.2.53\n;nameserver 192.0.2.54\n'])(
    'public ones when the host names none that can be reached, and that is said (%j)',
    (host) => {
      const { nameservers, warnings } = resolver(host, { upstream: ['', conf('127.0.0.1')] })
      expect(nameservers).toEqual(['1.1.1.1', '8.8.8.8'])
      expect(warnings).toEqual([
        'the host\'s resolver answers on loopback only, which a container can\'t reach; it asks 1.1.1.1 and 8.8.8.8: set "dns" in config.json',
      ])
    },
  )

  test('over IPv6 when there is nothing else, and that is said', () => {
    const { text, warnings } = resolver(conf('::1', '2001:db8::53', 'fe80::1%eth0'))
    expect(text).toBe(conf('2001:db8::53', 'fe80::1%eth0'))
    expect(warnings).toEqual([expect.stringMatching(/IPv6 addresses only.*set "dns"/)])
  })
})

test('where the host searches, and how, stays, and nothing else does', () => {
  const host = ['# made by hand', 'search example.org', 'nameserver 192.0.2.53', 'options ndots:2 edns0', 'searching x']
  expect(resolver(host.join('\n')).text).toBe('nameserver 192.0.2.53\nsearch example.org\noptions ndots:2 edns0\n')
  expect(resolver(host.join('\n'), { dns: ['9.9.9.9'] }).text).toMatch(/^nameserver 9\.9\.9\.9\nsearch example\.org\n/)
})
