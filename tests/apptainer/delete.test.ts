import { existsSync } from 'node:fs'
import { describe, expect } from 'vitest'
import { ended, isAlive, test } from '../harness.ts'

describe('delete', () => {
  test('forgets a container and keeps its data, which the next of that name and image finds', async ({
    daemon,
    image,
  }) => {
    const first = await daemon.client.start({
      container_name: 'heir',
      image,
      container_command: ['echo mine >/root/note'],
    })
    await ended(daemon, 'heir')
    expect(await daemon.client.deletecont({ container_name: 'heir' })).toEqual({
      status: 200,
      container_name: 'heir',
      data_path: first.data_path,
    })
    expect((await daemon.request('GET', '/getcont', { container_name: 'heir' })).status).toBe(404)

    const second = await daemon.client.start({
      container_name: 'heir',
      image,
      container_command: ['grep -q mine /root/note'],
    })
    expect(second.warnings).toEqual([expect.stringContaining('data of an earlier container')])
    expect(await ended(daemon, 'heir')).toMatchObject({ exit_code: 0 })
  })

  test('of data removes all that the container wrote, whoever owns it inside', async ({ daemon, image }) => {
    const { data_path } = await daemon.client.start({
      container_name: 'gone',
      image,
      container_command: ['mkdir -p /srv/a/b', 'touch /srv/a/b/c', 'chown -R 1000:1000 /srv', 'chmod 0 /srv/a'],
    })
    expect(await ended(daemon, 'gone')).toMatchObject({ exit_code: 0 })
    expect((await daemon.request('POST', '/deletecontdata', { container_name: 'gone' })).body).toMatchObject({
      status: 422,
      code: 'container_registered',
    })
    await daemon.client.deletecont({ container_name: 'gone' })
    expect(existsSync(data_path)).toBe(true)
    expect(await daemon.client.deletecontdata({ container_name: 'gone' })).toMatchObject({ removed: [data_path] })
    expect(existsSync(data_path)).toBe(false)
    expect((await daemon.request('POST', '/deletecontdata', { container_name: 'gone' })).body).toMatchObject({
      status: 404,
      code: 'data_not_found',
    })
  })

  test('is refused while the container is active', async ({ daemon, image }) => {
    const { pid } = await daemon.client.start({ container_name: 'busy', image })
    for (const route of ['/deletecont', '/deletecontdata']) {
      expect((await daemon.request('POST', route, { container_name: 'busy' })).status, route).toBe(422)
    }
    expect(isAlive(pid ?? 0)).toBe(true)
  })
})
