import { expect, test } from 'vitest'
import { readVariable, readVariables } from './environment.ts'

test('a value keeps its own "=" and spaces', () => {
  expect(readVariable('OPTS=--a=b  c', {})).toEqual({ OPTS: '--a=b  c' })
  expect(readVariable('EMPTY=', {})).toEqual({ EMPTY: '' })
})

test("a secret can be handed on by its name, without showing in the caller's command line", () => {
  expect(readVariable('TOKEN', { TOKEN: 's3cret' })).toEqual({ TOKEN: 's3cret' })
  expect(readVariable('TOKEN', {})).toEqual({})
})

test.each(['', '=x'])('a slip in --env is told: "%s"', (typed) => {
  expect(() => readVariable(typed, {})).toThrow('NAME=VALUE')
})

test("an --env-file written for docker's reads the same here", () => {
  const file = '# settings\nA=1\r\n\n  B=two words \nHOME\n'
  expect(readVariables(file, { HOME: '/root' })).toEqual({ A: '1', B: 'two words ', HOME: '/root' })
})
