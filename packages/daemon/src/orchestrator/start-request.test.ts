import { describe, expect, test } from 'vitest'
import { completeStart } from './start-request.ts'

const image = 'docker://ubuntu:22.04'

describe('a start is made whole', () => {
  test('from nothing but an image', () => {
    const { name, spec, volumes, user, warnings } = completeStart({ image }, {})
    expect(name).toMatch(/^ubuntu-22\.04-[0-9a-f]{6}$/)
    expect(spec).toEqual({
      image,
      image_label: 'ubuntu-22.04',
      image_distributor: 'docker',
      image_os: 'ubuntu',
      image_version: '22.04',
      command: [],
      environment: {},
      working_dir: null,
      labels: {},
      network: 'host',
      cpus: null,
      memory: null,
      pids: null,
      gpu: null,
      restart_policy: 'unless-stopped',
      restart_on_exit: false,
      health_check: null,
    })
    expect({ volumes, user, warnings }).toEqual({ volumes: [], user: undefined, warnings: [] })
  })

  test.for([
    ['the request', { restart_policy: 'always' }, {}],
    ['the configuration', {}, { restart_policy: 'always' }],
  ] as const)('with a restart policy that counts when a command ends, where %s names one', ([, request, defaults]) => {
    expect(completeStart({ image, ...request }, defaults).spec).toMatchObject({
      restart_policy: 'always',
      restart_on_exit: true,
    })
  })

  test('with a health check that has all it needs', () => {
    expect(completeStart({ image, health: { command: 'test -e /ok' } }, {}).spec.health_check).toEqual({
      command: ['/bin/sh', '-c', 'test -e /ok'],
      interval_s: 30,
      timeout_s: 30,
      retries: 3,
      start_period_s: 0,
      on_unhealthy: 'none',
    })
    const health = { command: ['true'], retries: 1, on_unhealthy: 'restart' } as const
    expect(completeStart({ image, health: { ...health, command: ['true'] } }, {}).spec.health_check).toMatchObject(
      health,
    )
  })

  test('with names that differ when they are made up', () => {
    const names = Array.from({ length: 50 }, () => completeStart({ image }, {}).name)
    expect(new Set(names).size).toBe(names.length)
  })

  test('with a made-up name that is a good one, however long the image is called', () => {
    const { name } = completeStart({ image: `docker://${'x'.repeat(200)}` }, {})
    expect(name).toMatch(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$/)
  })

  test('from the older form, whose words come back as they were sent', () => {
    const older = { image_distributor: 'docker', image_os: 'ubuntu', image_version: '22.04' }
    expect(completeStart(older, {}).spec).toMatchObject({ ...older, image })
    expect(completeStart({ ...older, image_version: undefined }, {}).spec).toMatchObject({
      image: 'docker://ubuntu:latest',
      image_version: 'latest',
    })
  })

  test("from the configuration's defaults, over which the request goes", () => {
    const defaults = {
      environment: { A: 'default', B: 'default', C: 'default' },
      labels: { from: 'default', team: 'x' },
      working_dir: '/default',
      restart_policy: 'no',
      volumes: [{ host_location: '/srv/shared', container_location: '/shared' }],
    }
    const plain = completeStart({ image }, defaults)
    expect(plain.spec).toMatchObject({ working_dir: '/default', restart_policy: 'no', labels: defaults.labels })
    expect(plain.volumes).toEqual([{ field: 'defaults.volumes[0].host_location', volume: defaults.volumes[0] }])

    const request = {
      image,
      enviroment: { A: 'older', B: 'older' },
      environment: { A: 'newer' },
      labels: { from: 'request' },
      working_dir: '/mine',
      restart_policy: 'always',
    }
    expect(completeStart(request, defaults).spec).toMatchObject({
      environment: { A: 'newer', B: 'older', C: 'default' },
      labels: { from: 'request', team: 'x' },
      working_dir: '/mine',
      restart_policy: 'always',
    })
  })

  test('with every kind of volume, each with the field that it came in', () => {
    const { volumes } = completeStart(
      {
        image,
        volume_name: '/srv/home',
        binds: { '/srv/data': '/data' },
        volumes: [{ host_location: '/srv/ro', container_location: '/ro', read_only: true }],
      },
      {},
    )
    expect(volumes).toEqual([
      { field: 'volume_name', volume: { host_location: '/srv/home', container_location: '/home/nextpyter' } },
      { field: 'binds./srv/data', volume: { host_location: '/srv/data', container_location: '/data' } },
      {
        field: 'volumes[0].host_location',
        volume: { host_location: '/srv/ro', container_location: '/ro', read_only: true },
      },
    ])
  })

  test('with a word on what means nothing here', () => {
    expect(completeStart({ image, group_add: null }, {}).warnings).toEqual([expect.stringMatching(/^group_add /)])
  })
})

describe('a start is refused', () => {
  test.for([
    ['without an image', {}, 'image is missing'],
    ['with half of the older form', { image_distributor: 'docker' }, 'image_os is missing'],
    ['with the other half', { image_os: 'ubuntu' }, 'image_distributor is missing'],
    ['with both forms', { image, image_os: 'ubuntu' }, 'image: want either'],
    ["with ports in the host's network", { image, network: 'host', ports: [{ container_port: 2 }] }, 'ports: with the'],
    ['with ports where there is no network', { image, network: 'none', ports: [{ container_port: 2 }] }, 'no way in'],
    ['with ports in what is the network by default', { image, ports: [{ container_port: 2 }] }, 'ports: with the'],
  ] as const)('%s, by the name of the field', ([, request, message]) => {
    expect(() => completeStart(request as Parameters<typeof completeStart>[0], {})).toThrow(message)
  })

  test('not for ports of a bridge, which can be the default', () => {
    const ports = [{ container_port: 80 }]
    expect(completeStart({ image, network: 'bridge', ports }, {}).ports).toEqual(ports)
    expect(completeStart({ image, ports }, { network: 'bridge' }).ports).toEqual(ports)
    expect(() => completeStart({ image, network: 'host', ports: [] }, {})).not.toThrow()
  })
})
