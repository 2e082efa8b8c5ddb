import type { BoundPort } from '@aptorch/shared'
import { expect, test } from 'vitest'
import { published } from './published.ts'
import { rows } from './rows.ts'

const http: BoundPort = { host_ip: '0.0.0.0', host_port: 8080, container_port: 80, protocol: 'tcp' }
const local: BoundPort = { ...http, host_ip: '127.0.0.1', host_port: 80 }
const dns: BoundPort = { host_ip: '0.0.0.0', host_port: 53, container_port: 53, protocol: 'udp' }

const ask = async (port?: { container_port: number; protocol: 'tcp' | 'udp' }, ports = [http, local, dns]) => {
  const asked: unknown[] = []
  const call = async (target: unknown, request: unknown) => {
    asked.push(target, request)
    return { body: { status: 200, container_name: 'web', state: 'running', network: 'bridge', ports }, text: '' }
  }
  const answered = await published.run(call, rows.getcont, { container_name: 'web', port }, new Set())
  expect(asked).toEqual([rows.getcont, { container_name: 'web' }])
  return answered
}

test('a script gets the ports and nothing else', async () => {
  expect(JSON.parse((await ask()).text)).toEqual([http, local, dns])
  expect(JSON.parse((await ask(undefined, [])).text)).toEqual([])
})

test.each([
  [80, 'tcp', [http, local]],
  [53, 'udp', [dns]],
] as const)('of %i/%s all that leads to it', async (container_port, protocol, found) => {
  const { body, text } = await ask({ container_port, protocol })
  expect(body).toMatchObject({ ports: found, asked: true })
  expect(JSON.parse(text)).toEqual(found)
})

test('a port that is not published is an error, which says what is', async () => {
  const wanted = { container_port: 53, protocol: 'tcp' } as const
  await expect(ask(wanted)).rejects.toThrow('web does not publish 53/tcp; it publishes 80/tcp, 53/udp')
  await expect(ask(wanted, [])).rejects.toThrow('web does not publish 53/tcp; it publishes no ports')
})
