import { once } from 'node:events'
import { createServer } from 'node:net'
import { expect, test } from 'vitest'
import { portHolder } from './port-holder.ts'

test('a port of this host is held while somebody listens on it', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port: host_port } = server.address() as { port: number }
  try {
    for (const host_ip of ['127.0.0.1', '0.0.0.0'])
      expect(await portHolder({ host_ip, host_port, protocol: 'tcp' }, 'own')).toMatch(`(pid ${process.pid})`)
    expect(await portHolder({ host_ip: '127.0.0.2', host_port, protocol: 'tcp' }, 'own')).toBeUndefined()
    expect(await portHolder({ host_ip: '127.0.0.1', host_port, protocol: 'udp' }, 'own')).toBeUndefined()
  } finally {
    server.close()
  }
})
