import { request } from 'node:http'
import { describe, expect } from 'vitest'
import type { EventItem } from '../../packages/shared/src/index.ts'
import { type Daemon, forever, test, until } from '../harness.ts'

const past = async (daemon: Daemon, query: Parameters<Daemon['client']['stream']['events']>[0]) => {
  const events: EventItem[] = []
  for await (const event of daemon.client.stream.events({ ...query, follow: false })) events.push(event)
  return events
}

describe('events', () => {
  test('tell a container’s life in order, as it happens', async ({ daemon, image, shared }) => {
    const leaving = new AbortController()
    const seen: EventItem[] = []
    const following = (async () => {
      const events = daemon.client.stream.events({ container_name: 'life', since: '1m' }, { signal: leaving.signal })
      for await (const event of events) seen.push(event)
    })()
    const name = { container_name: 'life' }
    const volume = { host_location: shared.folder('data'), container_location: '/data' }
    await daemon.client.start({ ...name, image, container_command: [forever], labels: { owner: 'ada' } })
    await daemon.client.createvolume({ ...name, ...volume })
    await daemon.client.removevolume({ ...name, ...volume, force: true })
    await daemon.client.stop({ ...name, timeout_s: 0 })
    await daemon.client.deletecont(name)
    await daemon.client.deletecontdata(name)
    const types = ['created', 'started', 'volume_added', 'volume_removed', 'stopped', 'deleted', 'data_deleted']
    await until('the last event', () => seen.length === types.length)
    leaving.abort()
    await expect(following).rejects.toThrow(/abort/)

    expect(seen.map(({ type }) => type)).toEqual(types)
    expect(seen.map(({ id }) => Number(id))).toEqual(seen.map(({ id }) => Number(id)).toSorted((a, b) => a - b))
    expect(seen[1]).toMatchObject({ container_name: 'life', image, labels: { owner: 'ada' } })
    expect(seen[4]).toMatchObject({ details: { exit_code: expect.any(Number) } })
  })

  test('are filtered by type and label', async ({ daemon, image }) => {
    for (const owner of ['ada', 'bob']) {
      await daemon.client.start({
        container_name: `of-${owner}`,
        image,
        container_command: ['exit 4'],
        labels: { owner },
      })
      await daemon.client.wait({ container_name: `of-${owner}`, timeout_s: 10 })
    }
    const events = await past(daemon, { type: ['exited', 'oom'], label: ['owner=bob'] })
    expect(events).toMatchObject([{ type: 'exited', container_name: 'of-bob', details: { exit_code: 4 } }])
  })

  test('go on where a reader was, over the death of the daemon', async ({ house, image }) => {
    const first = await house.start()
    await first.client.start({ container_name: 'web', image, container_command: [forever] })
    const last = (await past(first, {})).at(-1)
    await first.kill()
    const second = await house.start()
    await second.client.stop({ container_name: 'web', timeout_s: 0 })
    const events = await past(second, { since: last?.id ?? '' })
    expect(events.map(({ type }) => type)).toEqual(['daemon_started', 'stopped'])
  })

  test('come as server-sent events to those who ask for them', async ({ daemon }) => {
    const text = await new Promise<string>((resolve, reject) => {
      const outgoing = request(
        {
          socketPath: daemon.socket,
          path: '/events?follow=false&type=daemon_started',
          headers: { accept: 'text/event-stream' },
        },
        (incoming) => {
          let received = ''
          incoming.on('data', (chunk) => {
            received += chunk
          })
          incoming.on('end', () => resolve(received))
        },
      )
      outgoing.on('error', reject).end()
    })
    expect(text).toMatch(/^id: \d+\nevent: daemon_started\ndata: \{.*\}\n\n$/)
  })

  test('that nobody reads any more leave nothing behind', async ({ daemon }) => {
    for (let count = 0; count < 50; count++) {
      const leaving = new AbortController()
      const events = daemon.client.stream.events({}, { signal: leaving.signal })
      const next = events.next()
      leaving.abort()
      await expect(next).rejects.toThrow(/abort/)
    }
    expect(await daemon.client.health({})).toMatchObject({ healthy: true })
    expect(daemon.log()).not.toMatch(/MaxListeners|ERROR/)
  })
})
