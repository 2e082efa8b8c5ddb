import { describe, expect, test } from 'vitest'
import { makeRecord } from '../store/record.fixture.ts'
import { selectContainers } from './list.ts'

const all = [
  makeRecord('b', { created_at: '2026-01-02T00:00:00.000Z', state: 'stopped', spec: { labels: { owner: 'ada' } } }),
  makeRecord('a', { created_at: '2026-01-03T00:00:00.000Z', started_at: null, spec: { labels: { owner: 'a=b' } } }),
  makeRecord('c', { created_at: '2026-01-01T00:00:00.000Z', spec: { image: 'docker://alpine:3' } }),
  makeRecord('d', { created_at: '2026-01-01T00:00:00.000Z', spec: { labels: { owner: '' } } }),
]

const select = (request: Parameters<typeof selectContainers>[1]) => {
  const { records, total } = selectContainers(all, request)
  return `${records.map(({ name }) => name).join('')} of ${total}`
}

describe('a list of containers', () => {
  test.for([
    ['is by age, then by name, when nobody says', {}, 'cdba of 4'],
    ['can be by name', { sort: 'container_name' }, 'abcd of 4'],
    ['can be by name, backwards', { sort: '-container_name' }, 'dcba of 4'],
    ['by start begins with what never started', { sort: 'started_at' }, 'abcd of 4'],
    ['can be by image', { sort: 'image' }, 'cabd of 4'],
    ['takes a state', { state: 'stopped' }, 'b of 1'],
    ['takes a label by name', { label: ['owner'] }, 'dba of 3'],
    ['takes a label by value', { label: ['owner=ada'] }, 'b of 1'],
    ['takes a value with "=" in it', { label: ['owner=a=b'] }, 'a of 1'],
    ['takes an empty value', { label: ['owner='] }, 'd of 1'],
    ['wants all labels that are named', { label: ['owner', 'team'] }, ' of 0'],
    ['knows no label that only objects of JavaScript have', { label: ['constructor'] }, ' of 0'],
    ['counts all that fit, whatever the page', { limit: 2, offset: 1 }, 'db of 4'],
    ['ends where it ends', { limit: 10, offset: 3 }, 'a of 4'],
    ['is empty beyond its end', { offset: 4 }, ' of 4'],
  ] as const)('%s', ([, request, names]) => {
    expect(select(request as Parameters<typeof selectContainers>[1])).toBe(names)
  })

  test('leaves the order of what it was given alone', () => {
    select({ sort: 'container_name' })
    expect(all.map(({ name }) => name).join('')).toBe('bacd')
  })
})
