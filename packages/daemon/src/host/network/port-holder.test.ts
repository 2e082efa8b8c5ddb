import { once } from 'node:events'
import { createServer } from 'node:net'
import { expect, test } from 'vitest'
import { findHolder, portHolder } from './port-holder.ts'

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

test('a port of this host is held while somebody listens on it', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port: host_port } = server.address() as { port: number }
  try {
    for (const host_ip of ['127.0.0.1', '0.0.0.0'])
      expect(await portHolder({ host_ip, host_port, protocol: 'tcp' })).toMatch(`(pid ${process.pid})`)
    expect(await portHolder({ host_ip: '127.0.0.2', host_port, protocol: 'tcp' })).toBeUndefined()
    expect(await portHolder({ host_ip: '127.0.0.1', host_port, protocol: 'udp' })).toBeUndefined()
  } finally {
    server.close()
  }
})
