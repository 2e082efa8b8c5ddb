import { describe, expect, test } from 'vitest'
import { formatAddress, parseAddress } from './address.ts'

describe('an address that a person types', () => {
  test.for([
    ['unix:///run/aptorch.sock', { kind: 'socket', path: '/run/aptorch.sock' }],
    ['/run/aptorch.sock', { kind: 'socket', path: '/run/aptorch.sock' }],
    ['http://127.0.0.1:3333', { kind: 'http', host: '127.0.0.1', port: 3333 }],
    ['http://127.0.0.1:3333/', { kind: 'http', host: '127.0.0.1', port: 3333 }],
    ['127.0.0.1:8080', { kind: 'http', host: '127.0.0.1', port: 8080 }],
    ['localhost', { kind: 'http', host: 'localhost', port: 3333 }],
    ['http://localhost:80', { kind: 'http', host: 'localhost', port: 80 }],
    ['http://[::1]:3333', { kind: 'http', host: '::1', port: 3333 }],
  ] as const)('%s leads to the daemon that is meant', ([text, address]) => {
    expect(parseAddress(text)).toEqual(address)
  })

  test.for(['', 'unix://relative.sock', 'https://127.0.0.1:3333', 'ftp://x', 'http://', 'http://host/path', '::'])(
    '%j is refused, with what is wanted',
    (text) => {
      expect(() => parseAddress(text)).toThrow(`got "${text}", want unix:///PATH or http://HOST:PORT`)
    },
  )

  test.for(['unix:///run/aptorch.sock', 'http://127.0.0.1:3333', 'http://[::1]:80'])(
    '%s survives both ways',
    (text) => {
      expect(formatAddress(parseAddress(text))).toBe(text)
    },
  )
})
