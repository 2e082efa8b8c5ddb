import { describe, expect, test } from 'vitest'
import {
  Command,
  ContainerName,
  ContainerPath,
  Environment,
  HostPath,
  ImageLabel,
  Labels,
  Moment,
  RestartPolicy,
  UserInside,
} from './formats.ts'

const tables = {
  'a container name': {
    schema: ContainerName,
    good: ['a', '0', 'web-1.x_Y', 'x'.repeat(63)],
    bad: ['', '-x', '.x', '_x', '..', '../x', 'a/b', 'a b', 'a:b', 'x'.repeat(64), 'ä', 'a\n', 'a\0', 7, null],
  },
  'a label of an image': {
    schema: ImageLabel,
    good: ['ubuntu:22.04', 'a@b+c', 'x'.repeat(128)],
    bad: ['', '.', '..', '../x', 'a/b', 'a\nb', 'x'.repeat(129)],
  },
  'a path on the host': {
    schema: HostPath,
    good: ['/', '/srv/data', '/with space', '/ž', '/a..b/..c'],
    bad: [
      '',
      'srv',
      './x',
      '~',
      '/a/../b',
      '/..',
      '/a/./b',
      '/a,b',
      '/a:b',
      '/a\\b',
      '/a\nb',
      '/a\0',
      '/a\u007f',
      `/${'x'.repeat(4096)}`,
    ],
  },
  'a path in the container': {
    schema: ContainerPath,
    good: ['/data', '/home/nextpyter', '/etc', '/processes', '/.aptorchard', '/data/'],
    bad: [
      '/',
      '//',
      '/proc',
      '/proc/',
      '//proc',
      '/proc/self',
      '/sys',
      '/dev/shm',
      '/.aptorch',
      '/.singularity.d/x',
      '/a/..',
    ],
  },
  variables: {
    schema: Environment,
    good: [{}, { A: '', _b1: 'x,y\n$(z)' }],
    bad: [
      { '1A': '' },
      { 'A B': '' },
      { 'A=B': '' },
      { '': '' },
      { A: 1 },
      { A: 'x\0' },
      { A: 'x'.repeat(100_001) },
      [],
    ],
  },
  labels: {
    schema: Labels,
    good: [{ owner: 'ada', 'org.example/a-b': '' }],
    bad: [
      { '': 'x' },
      { 'a=b': 'x' },
      { a: 'x'.repeat(4097) },
      'a=b',
      Object.fromEntries(Array.from('abcdef', (name) => [name, 'x'.repeat(4000)])),
    ],
  },
  'a command': {
    schema: Command,
    good: ['ls -l', ['ls'], ['ls', '', 'ž']],
    bad: ['', [], [''], ['a', 7], 7, 'a\0', ['a', '\0'], 'x'.repeat(100_001), Array(1001).fill('a')],
  },
  'a user inside': {
    schema: UserInside,
    good: ['root', '0', 'web:www-data', '1000:1000'],
    bad: ['', ':0', 'a:', 'a b', 'a:b:c', '-u'],
  },
  'a moment': {
    schema: Moment,
    good: ['2026-01-31T12:00:00Z', '2026-01-31', '1769860800', '10m', '1h30m', '2d'],
    bad: ['', 'yesterday', 'm', '10x', '-5m', '2026-13-01T00:00:00Z'],
  },
  'a restart policy': {
    schema: RestartPolicy,
    good: ['no', 'always', 'unless-stopped', 'on-failure', 'on-failure:3'],
    bad: ['', 'never', 'on-failure:0', 'on-failure:', 'always:3', 'no\n'],
  },
}

describe.for(Object.entries(tables))('%s', ([, { schema, good, bad }]) => {
  test.for([...good])('%j is taken', (value) => {
    expect(schema.safeParse(value).success).toBe(true)
  })

  test.for([...bad])('%j is refused', (value) => {
    expect(schema.safeParse(value).success).toBe(false)
  })
})
