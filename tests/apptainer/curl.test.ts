import { describe, expect } from 'vitest'
import { curl, type Daemon, test, usuallyApplied, usualNetwork } from '../harness.ts'

describe('by curl, as scripts of the older server call it,', () => {
  const doors = {
    TCP: (daemon: Daemon) => ({ base: daemon.url, options: ['-H', `Authorization: Bearer ${daemon.token()}`] }),
    'the socket': (daemon: Daemon) => ({ base: 'http://localhost', options: ['--unix-socket', daemon.socket] }),
  }

  test.for(Object.entries(doors))(
    'every call of the seed works on %s',
    async ([door, at], { daemon, image, shared }) => {
      const { base, options } = at(daemon)
      const call = (method: string, path: string, body?: unknown) =>
        curl(...options, '-X', method, `${base}${path}`, ...(body === undefined ? [] : ['-d', JSON.stringify(body)]))
      const container_name = door === 'TCP' ? 'tcp' : 'socket'
      const volume = { container_name, host_location: shared.folder('data'), container_location: '/data' }

      expect(await call('GET', '/health')).toMatchObject({ status: 200 })
      expect(
        await call('POST', '/start', { container_name, image, container_image: 'seed', container_command: [] }),
      ).toMatchObject({
        status: 201,
        body: { status: 201, container_name, container_active: true, container_ip: usualNetwork.address },
      })
      expect(await call('GET', '/getcont', { container_name })).toMatchObject({
        status: 200,
        body: { status: 200, container_name, container_active: true, container_image: 'seed', binds: {} },
      })
      expect((await call('GET', `/getcont?container_name=${container_name}`)).body).toMatchObject({ container_name })
      const all = await call('GET', '/getallcont')
      expect(all.body).toEqual(expect.arrayContaining([expect.objectContaining({ container_name })]))

      const bound = {
        status: 200,
        body: { container_name, applied: usuallyApplied, binds: { [volume.host_location]: '/data' } },
      }
      expect(await call('POST', '/createvolume', volume)).toMatchObject(bound)
      expect(await call('POST', '/removevolume', volume)).toMatchObject({ status: 200, body: { binds: {} } })
      expect(await call('POST', '/createvolume', volume)).toMatchObject(bound)
      expect(await call('POST', '/deletevolume', volume)).toMatchObject({ status: 200, body: { binds: {} } })

      expect(await call('POST', '/stop', { container_name })).toMatchObject({
        status: 200,
        body: { container_active: false },
      })
      expect(await call('POST', '/restart', { container_name })).toMatchObject({
        status: 200,
        body: { container_active: true },
      })
      expect(await call('POST', '/deletecont', { container_name })).toMatchObject({
        status: 422,
        body: { code: 'container_active' },
      })
      await call('POST', '/stop', { container_name })
      expect(await call('POST', '/deletecont', { container_name })).toMatchObject({
        status: 200,
        body: { container_name },
      })
      expect(await call('POST', '/deletecontdata', { container_name })).toMatchObject({
        status: 200,
        body: { container_name },
      })
      expect(await call('GET', '/getcont', { container_name })).toMatchObject({
        status: 404,
        body: { fault: 'request' },
      })
    },
  )
})
