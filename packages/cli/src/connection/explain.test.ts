import { ApiError, apiError } from '@aptorch/shared'
import { expect, test } from 'vitest'
import { InterruptedError, UnreachableError } from '../errors.ts'
import { explain } from './explain.ts'

const socket = { address: { kind: 'socket', path: '/run/aptorch.sock' }, denied: [] } as const
const tcp = { address: { kind: 'http', host: '127.0.0.1', port: 3333 }, denied: ['/run/aptorch.sock'] } as const
const noToken = { token: undefined, source: undefined, failures: ['/t/token is not there'] }
const failure = (code: string) => Object.assign(new Error(code), { code })
const messageOf = (error: unknown) => (error as Error).message

test.each([
  ['ENOENT', 'there is no such socket'],
  ['ECONNREFUSED', 'nobody listens there'],
  ['ECONNRESET', 'it went away before it answered'],
])('who finds no daemon learns where it was looked for, why in vain, and what to do: %s', (code, why) => {
  const error = explain(failure(code), socket, undefined)
  expect(error).toBeInstanceOf(UnreachableError)
  expect(messageOf(error)).toContain(`can't reach aptorchd at unix:///run/aptorch.sock: ${why}`)
  expect(messageOf(error)).toContain('Start the daemon (aptorchd)')
})

test('who may not use the socket is told of the group, not to start what runs already', () => {
  const message = messageOf(explain(failure('EACCES'), socket, undefined))
  expect(message).toContain('added to the group aptorch')
  expect(message).not.toContain('Start the daemon')
})

test('who has no token learns which files were tried, and that the socket needs none', () => {
  const error = explain(apiError('unauthorized', 'no token came'), tcp, noToken)
  expect(error).toMatchObject({ status: 401 })
  expect(messageOf(error)).toContain('/t/token is not there')
  expect(messageOf(error)).toContain('/run/aptorch.sock needs no token, but you may not use it')
})

test('who has a wrong token learns where it came from', () => {
  const token = { token: 'old', source: 'APTORCH_TOKEN', failures: [] }
  expect(messageOf(explain(apiError('unauthorized', 'wrong'), tcp, token))).toContain('the token from APTORCH_TOKEN')
})

test('another program on the port is not taken for a daemon that lacks a container', () => {
  const foreign = new ApiError({ status: 404, code: 'not_aptorch', message: 'HTTP 404', fault: 'orchestrator' })
  expect(explain(foreign, tcp, noToken)).toBeInstanceOf(UnreachableError)
})

test('Ctrl-C is not told as a failure of the daemon', () => {
  expect(explain(new DOMException('aborted', 'AbortError'), socket, undefined)).toBeInstanceOf(InterruptedError)
})

test('a refusal of the daemon stays what it is', () => {
  const refusal = apiError('name_taken', 'taken')
  expect(explain(refusal, socket, undefined)).toBe(refusal)
})
