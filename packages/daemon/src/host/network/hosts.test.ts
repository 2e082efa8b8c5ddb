import { expect, test } from 'vitest'
import { isolatedHosts, sharedHosts } from './hosts.ts'

const namesIn = (hosts: string) => hosts.split('\n').filter((line) => line.startsWith('10.'))

test('each container is found by its name, and by what it calls itself', () => {
  expect(
    namesIn(
      sharedHosts([
        ['web', '10.0.0.2'],
        ['a_b', '10.0.0.3'],
      ]),
    ),
  ).toEqual(['10.0.0.2 web', '10.0.0.3 a-b', '10.0.0.3 a_b'])
})

test('nobody takes a name from who has it, by another case or by what it calls itself', () => {
  const hosts = sharedHosts([
    ['web', '10.0.0.2'],
    ['WEB', '10.0.0.3'],
    ['a_b', '10.0.0.4'],
    ['a-b', '10.0.0.5'],
    ['localhost', '10.0.0.6'],
    ['LocalHost.', '10.0.0.7'],
  ])
  expect(namesIn(hosts)).toEqual(['10.0.0.2 web', '10.0.0.4 a_b', '10.0.0.5 a-b'])
  expect(hosts).toMatch(/^127\.0\.0\.1 localhost$/m)
})

test('one without a network finds itself on loopback', () => {
  expect(isolatedHosts('x_y')).toMatch(/^127\.0\.0\.1 x_y x-y$/m)
  expect(isolatedHosts('localhost')).not.toMatch(/^127\.0\.0\.1 localhost localhost/m)
  expect(isolatedHosts('localhost').split('\n')).toHaveLength(3)
})
