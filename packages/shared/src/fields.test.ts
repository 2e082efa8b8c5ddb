import { expect, test } from 'vitest'
import { fieldsOf } from './fields.ts'
import { ListRequest, StartRequest, VolumeRequest } from './requests.ts'

test('the fields of a request are known by kind, for queries and flags', () => {
  const kinds = Object.fromEntries(fieldsOf(StartRequest).map(({ name, kind }) => [name, kind]))
  expect(kinds).toMatchObject({
    container_name: 'text',
    container_command: 'list',
    environment: 'map',
    volumes: 'objects',
    cpus: 'number',
    network: 'text',
    health: 'object',
    group_add: 'other',
  })
})

test('what must be given is known', () => {
  expect(
    fieldsOf(VolumeRequest)
      .filter(({ required }) => required)
      .map(({ name }) => name),
  ).toEqual(['container_name', 'host_location', 'container_location'])
})

test('the choices of a field are known, for completion', () => {
  const state = fieldsOf(ListRequest).find(({ name }) => name === 'state')
  expect(state?.choices).toContain('running')
})
