import { expect, test } from 'vitest'
import { readPort } from './port.ts'

test.each([
  ['8080:80', { host_port: 8080, container_port: 80 }],
  ['53:53/udp', { host_port: 53, container_port: 53, protocol: 'udp' }],
  ['127.0.0.1:8080:80', { host_ip: '127.0.0.1', host_port: 8080, container_port: 80 }],
  ['[::1]:8080:80/tcp', { host_ip: '::1', host_port: 8080, container_port: 80, protocol: 'tcp' }],
])('docker spellings of a port open the port that they say: %s', (typed, port) => {
  expect(readPort(typed)).toEqual(port)
})

test.each(['', '80', '80:', 'a:b', '::1:80:80', '80:80/sctp'])('a slip in --publish is told: "%s"', (typed) => {
  expect(() => readPort(typed)).toThrow('HOST:CONTAINER')
})
