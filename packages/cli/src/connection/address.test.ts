import { expect, test } from 'vitest'
import { findAddress, type Look } from './address.ts'

const user = { uid: 1000, userHome: '/home/anna', env: {} }
const root = { uid: 0, userHome: '/root', env: {} }
const session = { XDG_RUNTIME_DIR: '/run/user/1000' }
const nothing: Look = () => 'absent'
const only =
  (...paths: string[]): Look =>
  (path) =>
    paths.includes(path) ? 'usable' : 'absent'
const socket = (path: string) => ({ kind: 'socket', path })
const tcp = { kind: 'http', host: '127.0.0.1', port: 3333 }

test('--host goes over all else', () => {
  const caller = { ...user, env: { APTORCH_HOST: 'unix:///other' } }
  const found = findAddress('http://127.0.0.1:4000', caller, only('/run/aptorch.sock'))
  expect(found.address).toEqual({ ...tcp, port: 4000 })
})

test('APTORCH_HOST goes over what is found', () => {
  const caller = { ...user, env: { APTORCH_HOST: 'unix:///other' } }
  expect(findAddress(undefined, caller, only('/run/aptorch.sock')).address).toEqual(socket('/other'))
})

test('an empty APTORCH_HOST is not taken for an address', () => {
  expect(findAddress(undefined, { ...root, env: { APTORCH_HOST: '' } }, nothing).address).toEqual(tcp)
})

test("a user's own daemon goes over the system's", () => {
  const look = only('/run/user/1000/aptorch.sock', '/run/aptorch.sock')
  expect(findAddress(undefined, { ...user, env: session }, look).address).toEqual(socket('/run/user/1000/aptorch.sock'))
})

test("a user's own daemon is found in a session without a folder for sockets", () => {
  const path = '/home/anna/.local/share/aptorch/orchestrator/aptorch.sock'
  expect(findAddress(undefined, user, only(path)).address).toEqual(socket(path))
})

test("a user without a daemon of their own reaches the system's", () => {
  const found = findAddress(undefined, { ...user, env: session }, only('/run/aptorch.sock'))
  expect(found.address).toEqual(socket('/run/aptorch.sock'))
})

test('root is never led to a socket that a user put somewhere', () => {
  expect(findAddress(undefined, { ...root, env: session }, only('/run/user/1000/aptorch.sock')).address).toEqual(tcp)
})

test('a socket that the caller may not use is passed over for TCP, and remembered for the advice', () => {
  const denied: Look = (path) => (path === '/run/aptorch.sock' ? 'denied' : 'absent')
  expect(findAddress(undefined, user, denied)).toEqual({ address: tcp, denied: ['/run/aptorch.sock'] })
})

test('a bad address says which of the two it was', () => {
  expect(() => findAddress('ftp://x', user, nothing)).toThrow('--host: ')
  expect(() => findAddress(undefined, { ...user, env: { APTORCH_HOST: 'ftp://x' } }, nothing)).toThrow('APTORCH_HOST: ')
})
