import { describe, expect, test } from 'vitest'
import { fromQuery, toQuery } from './query.ts'
import { ListRequest, NamedRequest, RestartRequest, StopRequest, TerminalRequest } from './requests.ts'

const roundTrip = (request: Record<string, unknown>, schema: Parameters<typeof fromQuery>[1]) =>
  fromQuery(new URLSearchParams(toQuery(request)), schema)

describe('a request as a query', () => {
  test.for([
    ['nothing', {}, ListRequest],
    ['numbers', { limit: 20, offset: 0 }, ListRequest],
    ['a list of one', { label: ['owner=ada & bob'] }, ListRequest],
    ['a list of many', { label: ['a', 'b=c=d', 'ž'] }, ListRequest],
    ['words', { container_name: 'web', state: 'running', sort: '-created_at' }, ListRequest],
    ['a name that looks like a number', { container_name: '007' }, NamedRequest],
    ['a number with a fraction', { container_name: 'x', timeout_s: 0.5 }, StopRequest],
    ['variables', { container_name: 'x', environment: { A: 'b=c', B: '' } }, TerminalRequest],
    ['a boolean', { container_name: 'x', force: true }, RestartRequest],
  ] as const)('of %s arrives as it was sent', ([, request, schema]) => {
    expect(roundTrip(request, schema)).toEqual(request)
  })

  test('leaves out what is undefined', () => {
    expect(toQuery({ limit: undefined, offset: 1 })).toBe('offset=1')
  })

  test('keeps what is no number or boolean as text, for the schema to refuse by name', () => {
    expect(fromQuery(new URLSearchParams('limit=many&force=yes'), ListRequest.extend(RestartRequest.shape))).toEqual({
      limit: 'many',
      force: 'yes',
    })
  })

  test('can not reach into the prototype of an object', () => {
    const request = fromQuery(new URLSearchParams('__proto__=x'), ListRequest)
    expect(Object.keys(request)).toEqual(['__proto__'])
    expect(ListRequest.safeParse(request).success).toBe(false)
  })
})
