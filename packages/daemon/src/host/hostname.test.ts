import { expect, test } from 'vitest'
import { hostnameOf } from './hostname.ts'

test.for([
  ['web', 'web'],
  ['Web-1.example', 'Web-1.example'],
  ['a_b', 'a-b'],
  ['a__', 'a'],
  ['a-.-b..c.', 'a.b.c'],
  ['0', '0'],
])('%s calls itself %s', ([container, hostname]) => {
  expect(hostnameOf(container as string)).toBe(hostname)
})
