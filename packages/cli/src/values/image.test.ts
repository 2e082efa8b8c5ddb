import { expect, test } from 'vitest'
import { readImage } from './image.ts'

test.each([
  ['./tools.sif', '/srv/tools.sif'],
  ['../box', '/box'],
  ['.', '/srv'],
  ['/images/a.sif', '/images/a.sif'],
  ['docker-archive:./a.tar', 'docker-archive:/srv/a.tar'],
  ['oci:./layout:latest', 'oci:/srv/layout:latest'],
])('a file beside you is found by the daemon, which works elsewhere: %s', (typed, sent) => {
  expect(readImage(typed, '/srv')).toBe(sent)
})

test.each(['docker://alpine:3.20', 'oras://localhost:5000/a:1', 'alpine', 'tools.sif', '.hidden.sif'])(
  'an address is sent as it was typed: %s',
  (typed) => {
    expect(readImage(typed, '/srv')).toBe(typed)
  },
)
