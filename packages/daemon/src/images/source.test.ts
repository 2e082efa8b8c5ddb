import { describe, expect, test } from 'vitest'
import { addressOf, parseImage } from './source.ts'

const digest = `sha256:${'0123456789abcdef'.repeat(4)}`

describe('the address of an image is read', () => {
  test.for([
    ['docker://alpine', { distributor: 'docker', os: 'alpine', version: 'latest', label: 'alpine-latest' }],
    ['docker://ubuntu:22.04', { os: 'ubuntu', version: '22.04', label: 'ubuntu-22.04' }],
    ['docker://ghcr.io/org/app:v1', { os: 'ghcr.io/org/app', version: 'v1', label: 'app-v1' }],
    ['docker://localhost:5000/app', { os: 'localhost:5000/app', version: 'latest', insecure: true }],
    [`docker://app@${digest}`, { os: 'app', version: digest, label: 'app-0123456789ab' }],
    [`docker://app:v1@${digest}`, { os: 'app', version: 'v1' }],
    ['docker://[::1]:5000/app:v1', { os: '[::1]:5000/app', insecure: true, label: 'app-v1' }],
    ['oras://127.0.0.1:5000/a/b:1', { distributor: 'oras', insecure: true }],
    ['library://user/coll/app:1', { distributor: 'library', os: 'user/coll/app', insecure: false }],
    ['shub://org/app', { distributor: 'shub' }],
    ['/srv/app.sif', { distributor: 'file', path: '/srv/app.sif', os: 'app.sif', label: 'app' }],
    ['/srv/ubuntu:22.04', { distributor: 'file', path: '/srv/ubuntu:22.04', label: 'ubuntu-22.04' }],
    ['/srv/a b/.hidden/', { path: '/srv/a b/.hidden/', label: 'hidden' }],
    ['docker-archive:/srv/app.tar', { distributor: 'docker-archive', path: '/srv/app.tar', label: 'app' }],
    ['docker-archive:///srv/app.tar', { path: '/srv/app.tar' }],
    ['docker-archive:/srv/app.tar:app:1', { path: '/srv/app.tar' }],
    ['oci-archive:/srv/app.tar:v1', { distributor: 'oci-archive', path: '/srv/app.tar' }],
    ['oci:/srv/layout:v1', { distributor: 'oci', path: '/srv/layout' }],
  ] as const)('%s', ([address, source]) => {
    expect(parseImage(address)).toMatchObject({ address, ...source })
  })

  test.for([
    '',
    'alpine',
    'alpine:3.20',
    './app.sif',
    '~/app.sif',
    '--help',
    'http://example.org/app.sif',
    'docker:alpine',
    'docker://',
    'docker:///',
    'docker://-x',
    'docker://a b',
    'docker://a;b',
    'docker://$(x)',
    'docker://a/../b',
    'docker://a:b:c',
    'docker://a@sha256:12',
    'docker://user:secret@host/app',
    'docker://a\nb',
    '/srv/../etc',
    '/srv/a\nb',
    'docker-archive:app.tar',
    'docker-archive://host/app.tar',
    'oci:/srv/../x',
  ])('but %j is refused, with what is wanted', (address) => {
    expect(() => parseImage(address)).toThrow(/^image: got .*, want /)
  })

  test('without trusting a name that only looks like loopback', () => {
    for (const host of ['localhost.example.org', '127.0.0.1.example.org', '128.0.0.1:5000', 'example.org'])
      expect(parseImage(`docker://${host}/app`).insecure, host).toBe(false)
    expect(parseImage('docker://localhost').insecure).toBe(false) // a name on Docker Hub
  })

  test('into a label that names one folder', () => {
    for (const address of ['docker://a/b/c:x', '/srv/ž ž/…', '/', `/srv/${'x'.repeat(300)}`])
      expect(parseImage(address).label, address).toMatch(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$/)
  })
})

describe('the older form', () => {
  test('is the same address', () => {
    expect(addressOf('docker', 'ubuntu', '22.04')).toBe('docker://ubuntu:22.04')
    expect(addressOf('library', 'user/coll/app', 'latest')).toBe('library://user/coll/app:latest')
  })

  test('is refused for a distributor that is none', () => {
    expect(() => addressOf('docker-archive', '/x', '1')).toThrow(/^image_distributor: got "docker-archive"/)
  })
})
