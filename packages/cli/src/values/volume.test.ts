import { expect, test } from 'vitest'
import { readVolume, readVolumeOrPlace } from './volume.ts'

test.each([
  ['/srv/data:/data', { host_location: '/srv/data', container_location: '/data' }],
  ['/srv/data:/data:ro', { host_location: '/srv/data', container_location: '/data', read_only: true }],
  ['/srv/data:/data:rw', { host_location: '/srv/data', container_location: '/data', read_only: false }],
  ['/srv/data:/data:U', { host_location: '/srv/data', container_location: '/data', chown: true }],
  ['/srv/data:/data:ro,U', { host_location: '/srv/data', container_location: '/data', read_only: true, chown: true }],
  ['/srv/data:/data:U,rw', { host_location: '/srv/data', container_location: '/data', read_only: false, chown: true }],
  ['./web.conf:/etc/web.conf', { host_location: '/home/anna/web.conf', container_location: '/etc/web.conf' }],
  ['./data:/data', { host_location: '/home/anna/data', container_location: '/data' }],
])('docker spellings of a volume bind what they say: %s', (typed, volume) => {
  expect(readVolume(typed, '/home/anna')).toEqual(volume)
})

test.each([
  '',
  'x',
  '/a',
  '/a:',
  ':/b',
  '/a:b',
  'a:/b',
  '/a:/b:',
  '/a:/b:r',
  '/a:/b:u',
  '/a:/b:ro,',
  '/a:/b:ro,rw',
  '/a:/b:ro,z',
  '/a:/b:ro:x',
])('a slip in --volume is told before anything starts: "%s"', (typed) => {
  expect(() => readVolume(typed, '/')).toThrow('HOST:CONTAINER')
})

test('a volume can be taken out by its place in the container alone', () => {
  expect(readVolumeOrPlace('/data', '/')).toEqual({ container_location: '/data' })
  expect(readVolumeOrPlace('/srv:/data', '/')).toEqual({ host_location: '/srv', container_location: '/data' })
})
