import type { BoundPort } from '@aptorch/shared'
import { Chalk } from 'chalk'
import { expect, test } from 'vitest'
import { type PublishedPorts, publishedRemarks, renderPublished } from './ports.ts'

const screen = { columns: undefined, paint: new Chalk({ level: 0 }), now: new Date() }
const http: BoundPort = { host_ip: '0.0.0.0', host_port: 8080, container_port: 80, protocol: 'tcp' }
const dns: BoundPort = { host_ip: '::', host_port: 5353, container_port: 53, protocol: 'udp' }
const web: PublishedPorts = {
  container_name: 'web',
  state: 'running',
  network: 'bridge',
  ports: [http, dns],
  asked: false,
}

test.each([
  ['all of them, as docker shows them', {}, '80/tcp -> 0.0.0.0:8080\n53/udp -> [::]:5353'],
  ['of one the address alone, for curl', { asked: true, ports: [http] }, '0.0.0.0:8080'],
  ['nothing, where there is none', { ports: [] }, ''],
])('port prints %s', (_, part, text) => {
  expect(renderPublished({ ...web, ...part }, screen)).toBe(text)
})

test.each<readonly [string, Partial<PublishedPorts>, readonly string[]]>([
  ['nothing when all is as it looks', {}, []],
  ['nothing when it is paused: a connection is still taken', { state: 'paused' }, []],
  ['that there are none', { ports: [] }, ['web publishes no ports']],
  [
    'why there are none',
    { ports: [], network: 'host' },
    ['web publishes no ports: with the network host it needs none'],
  ],
  ['that they lead nowhere now', { state: 'exited' }, ['web is exited: its ports lead to it when it runs again']],
])('beside it stands %s', (_, part, remarks) => {
  expect(publishedRemarks({ ...web, ...part })).toEqual(remarks)
})
