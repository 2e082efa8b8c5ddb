import { expect, test } from 'vitest'
import { readContainerPort, readPorts } from './port.ts'

test.each([
  ['8080:80', { host_port: 8080, container_port: 80 }],
  ['53:53/udp', { host_port: 53, container_port: 53, protocol: 'udp' }],
  ['127.0.0.1:8080:80', { host_ip: '127.0.0.1', host_port: 8080, container_port: 80 }],
  ['127.0.0.1:8080:80/udp', { host_ip: '127.0.0.1', host_port: 8080, container_port: 80, protocol: 'udp' }],
  ['[::1]:8080:80/tcp', { host_ip: '::1', host_port: 8080, container_port: 80, protocol: 'tcp' }],
])('docker spellings of a port open the port that they say: %s', (typed, port) => {
  expect(readPorts(typed)).toEqual([port])
})

test.each([
  ['80', { container_port: 80 }],
  ['80/udp', { container_port: 80, protocol: 'udp' }],
  [':80', { container_port: 80 }],
  ['0:80', { container_port: 80 }],
  ['127.0.0.1::80', { host_ip: '127.0.0.1', container_port: 80 }],
  ['[::1]::80', { host_ip: '::1', container_port: 80 }],
])("the host's port is left to the daemon by whoever names none: %s", (typed, port) => {
  expect(readPorts(typed)).toEqual([port])
})

test('a range of ports is as each of them', () => {
  expect(readPorts('8000-8001:80-81/udp')).toEqual([
    { host_port: 8000, container_port: 80, protocol: 'udp' },
    { host_port: 8001, container_port: 81, protocol: 'udp' },
  ])
  expect(readPorts('80-81')).toEqual([{ container_port: 80 }, { container_port: 81 }])
})

test.each(['', '80:', 'a:b', '::1:80:80', '80:80/sctp', '127.0.0.1:80', '81-80', '8000-:80', '-80', '1-2-3', '123456'])(
  'a slip in --publish is told: "%s"',
  (typed) => {
    expect(() => readPorts(typed)).toThrow('HOST:CONTAINER')
  },
)

test('a range that leads nowhere in part is told', () => {
  expect(() => readPorts('8000-8002:80-81')).toThrow('as many ports on both sides')
  expect(() => readPorts('8000:80-81')).toThrow('as many ports on both sides')
})

test.each([
  ['80', { container_port: 80, protocol: 'tcp' }],
  ['80/tcp', { container_port: 80, protocol: 'tcp' }],
  ['53/udp', { container_port: 53, protocol: 'udp' }],
] as const)('a port of a container is asked for as with docker: %s', (typed, port) => {
  expect(readContainerPort(typed)).toEqual(port)
})

test.each(['', 'http', '80/', '80/sctp', '8080:80', '-1'])('a slip in a port is told: "%s"', (typed) => {
  expect(() => readContainerPort(typed)).toThrow('80 or 53/udp')
})
