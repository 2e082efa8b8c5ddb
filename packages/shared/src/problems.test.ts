import { describe, expect, test } from 'vitest'
import { describeProblem, suggestion } from './problems.ts'
import { ListRequest, StartRequest, VolumeRequest } from './requests.ts'

const problem = (schema: Parameters<typeof describeProblem>[2], input: unknown) => {
  const result = schema.safeParse(input)
  if (result.success) throw new Error('the schema found nothing wrong')
  return describeProblem(result.error, input, schema).toJSON()
}

describe('what a person reads of a wrong request', () => {
  test.for([
    [
      'a missing field',
      VolumeRequest,
      { container_name: 'x', host_location: '/a' },
      'missing_field',
      'container_location is missing; want a path in the container',
    ],
    [
      'a wrong type',
      StartRequest,
      { container_name: 7 },
      'invalid_field',
      'container_name: got 7, want a container name',
    ],
    [
      'a wrong item of a list',
      StartRequest,
      { container_command: ['ls', null] },
      'invalid_field',
      'container_command[1]: got null, want a shell line',
    ],
    [
      'a wrong value of a map',
      StartRequest,
      { labels: { owner: ['ada'] } },
      'invalid_field',
      'labels.owner: got ["ada"], want a string',
    ],
    [
      'a wrong name in a map',
      StartRequest,
      { environment: { 'A-B': 'x' } },
      'invalid_field',
      'environment: got "A-B", want names of letters, digits and "_" that do not begin with a digit',
    ],
    [
      'a wrong choice',
      ListRequest,
      { state: 'asleep' },
      'invalid_field',
      'state: got "asleep", want one of creating, running, paused, stopped, exited, failed, unknown',
    ],
    [
      'an unknown field',
      ListRequest,
      { colour: 1 },
      'unknown_field',
      'unknown field "colour"; known ones are limit, offset, state, label, sort',
    ],
    [
      'a slip',
      ListRequest,
      { ofset: 1 },
      'unknown_field',
      'unknown field "ofset" (did you mean "offset"?); known ones are limit, offset, state, label, sort',
    ],
    [
      'an unknown field in a list',
      StartRequest,
      { volumes: [{ host_location: '/a', container_location: '/b', ro: 1 }] },
      'unknown_field',
      'unknown field "volumes[0].ro"',
    ],
  ] as const)('%s', ([, schema, input, code, message]) => {
    expect(problem(schema, input)).toEqual({ status: 400, fault: 'request', code, message })
  })

  test('is short, however long the value', () => {
    const { message } = problem(StartRequest, { container_name: 'x'.repeat(100_000) })
    expect(message).toContain('(100002 characters)')
    expect(message.length).toBeLessThan(250)
  })
})

describe('a suggestion', () => {
  const known = ['container_name', 'image', 'limit', 'port', 'ps']

  test.for([
    ['contaner_name', 'container_name'],
    ['iamge', 'image'],
    ['prot', 'port'],
    ['p', 'ps'],
  ] as const)('for %s is %s', ([word, near]) => {
    expect(suggestion(word, known)).toBe(near)
  })

  test.for(['colour', 'xyz', 'qqqq'])('for %s, which is near to nothing, there is none', (word) => {
    expect(suggestion(word, known)).toBeUndefined()
  })

  test('out of nothing there is none', () => {
    expect(suggestion('x', [])).toBeUndefined()
  })
})
