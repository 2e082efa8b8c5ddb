import { describe, expect, test } from 'vitest'
import { findHolder, findRedirect } from './port-holder.ts'

const nginx = 'users:(("nginx",pid=12,fd=6),("nginx",pid=11,fd=6))'
const listing = (local: string) => `LISTEN 0      511    ${local}      0.0.0.0:*    ${nginx}\n`

test.for([
  ['0.0.0.0', '0.0.0.0:80', true],
  ['0.0.0.0', '127.0.0.1:80', true],
  ['0.0.0.0', '*:80', true],
  ['0.0.0.0', '[::ffff:192.0.2.1]:80', true],
  ['0.0.0.0', '[::]:80', false],
  ['0.0.0.0', '[fe80::1]%eth0:80', false],
  ['0.0.0.0', '0.0.0.0:8080', false],
  ['127.0.0.1', '0.0.0.0:80', true],
  ['127.0.0.1', '*:80', true],
  ['127.0.0.1', '127.0.0.1:80', true],
  ['127.0.0.1', '127.0.0.1%lo:80', true],
  ['127.0.0.1', '[::ffff:127.0.0.1]:80', true],
  ['127.0.0.1', '192.0.2.1:80', false],
  ['127.0.0.1', '[::1]:80', false],
  ['127.0.0.1', '[::]:80', false],
  ['::', '192.0.2.1:80', true],
  ['::', '[::1]:80', true],
  ['::1', '[::]:80', true],
  ['::1', '*:80', true],
  ['::1', '[::1]:80', true],
  ['::1', '0.0.0.0:80', false],
  ['fe80::1', '[fe80::1]%eth0:80', true],
] as const)('whoever wants port 80 of %s finds %s in the way: %s', ([host_ip, local, inTheWay]) => {
  const holder = findHolder(listing(local), { host_ip, host_port: 80, protocol: 'tcp' })
  expect(holder).toBe(inTheWay ? 'nginx (pid 12)' : undefined)
})

test('one that can not be told is in the way as well', () => {
  const port = { host_ip: '0.0.0.0', host_port: 80, protocol: 'udp' } as const
  expect(findHolder('UNCONN 0 0 0.0.0.0:80 0.0.0.0:*\n', port)).toBe('another program')
  expect(findHolder('', port)).toBeUndefined()
})

describe('who else leads a port away', () => {
  const rules = [
    '*nat',
    ':CNI-HOSTPORT-DNAT - [0:0]',
    '-A OUTPUT -m addrtype --dst-type LOCAL -j CNI-HOSTPORT-DNAT',
    '-A CNI-DN-e7c1 -p tcp -m tcp --dport 6000 -j DNAT --to-destination 10.95.48.2:6000',
    '-A NETAVARK-DN-1D8 -p udp -m udp --dport 25353 -j DNAT --to-destination 10.95.48.2:5353',
    '-A CNI-HOSTPORT-DNAT -p tcp -m comment --comment "dnat name: \\"aptorch-7748ec\\" id: \\"7748ec-u\\"" -m multiport --dports 8080,8443 -j CNI-DN-aa',
    '-A CNI-HOSTPORT-DNAT -p tcp -m comment --comment "dnat name: \\"aptorch-000000\\" id: \\"000000-x\\"" -m multiport --dports 9000 -j CNI-DN-bb',
    '-A PREROUTING -d 192.0.2.1/32 -p tcp -m tcp --dport 7000:7010 -j DNAT --to-destination 10.1.1.1',
    'COMMIT',
  ].join('\n')
  const all = '0.0.0.0'
  test.for([
    ['a container of another daemon', all, 8443, 'tcp', 'the container 7748ec-u of the network aptorch-7748ec'],
    ['a rule that names nobody', all, 25353, 'udp', 'a rule of the firewall (iptables-save -t nat)'],
    ['a range on one address', '192.0.2.1', 7005, 'tcp', 'a rule of the firewall (iptables-save -t nat)'],
    ['nobody that a chain of its own names alone', all, 6000, 'tcp', undefined],
    ['nobody on another address', '192.0.2.2', 7005, 'tcp', undefined],
    ['nobody beside the range', '192.0.2.1', 7011, 'tcp', undefined],
    ['nobody with another protocol', all, 8080, 'udp', undefined],
    ['ourselves, which is known', all, 9000, 'tcp', undefined],
  ] as const)('is %s', ([, host_ip, host_port, protocol, holder]) => {
    expect(findRedirect(rules, { host_ip, host_port, protocol }, 'aptorch-000000')).toBe(holder)
  })
})
