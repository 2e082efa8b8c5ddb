import { Readable } from 'node:stream'
import { describe, expect, test } from 'vitest'
import type { Transport } from './call.ts'
import { createClient } from './client.ts'

/** A transport that answers always the same and notes what was asked. */
const answering = (status: number, text: string) => {
  const calls: Parameters<Transport>[0][] = []
  const transport: Transport = async (call) => {
    calls.push(call)
    return { status, body: Readable.from([Buffer.from(text)]) }
  }
  return { client: createClient(transport), calls }
}

describe('the client', () => {
  test('sends a POST as JSON', async () => {
    const { client, calls } = answering(200, '{"status":200}')
    await client.stop({ container_name: 'web', timeout_s: 3 })
    expect(calls).toMatchObject([{ method: 'POST', target: '/stop', body: '{"container_name":"web","timeout_s":3}' }])
  })

  test('sends a GET as a query', async () => {
    const { client, calls } = answering(200, '[]')
    await client.getallcont({ limit: 2, label: ['a=b', 'c'] })
    expect(calls).toMatchObject([{ method: 'GET', target: '/getallcont?limit=2&label=a%3Db&label=c', body: undefined }])
  })

  test("rejects with the daemon's own failure", async () => {
    const failure = { status: 409, code: 'name_taken', message: 'taken', fault: 'request' }
    await expect(answering(409, JSON.stringify(failure)).client.start({ image: '/x' })).rejects.toMatchObject(failure)
  })

  test.for([
    ['a page of a proxy', 502, '<html>Bad Gateway</html>'],
    ['nothing', 200, ''],
    ['a success of another kind', 204, ''],
    ['JSON that is no failure', 404, '{"error":"not found"}'],
  ] as const)('says so when %s comes instead of an answer', async ([, status, text]) => {
    await expect(answering(status, text).client.health({})).rejects.toMatchObject({
      code: 'not_aptorch',
      message: expect.stringContaining(`HTTP ${status}`),
    })
  })

  test('yields the items of a stream, and asks for one', async () => {
    const { client, calls } = answering(200, '{"id":"1"}\n{"id":"2"}\n')
    const ids: string[] = []
    for await (const { id } of client.stream.events({ type: ['oom', 'exited'] })) ids.push(id)
    expect(ids).toEqual(['1', '2'])
    expect(calls).toMatchObject([{ target: '/events?type=oom&type=exited', accept: 'application/x-ndjson' }])
  })

  test.for([
    ['before its first item', 404, ''],
    ['in the middle of it', 200, '{"id":"1"}\n'],
  ] as const)('throws the failure that ends a stream %s', async ([, status, before]) => {
    const failure = { status: 404, code: 'container_not_found', message: 'gone', fault: 'request' }
    const items = answering(status, before + JSON.stringify(failure)).client.stream.events({})
    const all = async () => {
      for await (const _ of items);
    }
    await expect(all()).rejects.toMatchObject(failure)
  })

  test('sends an archive as it comes, and what it is for as a query', async () => {
    const { client, calls } = answering(200, '{"status":200}')
    const tar = Readable.from([Buffer.from('tar')])
    await client.writearchive({ container_name: 'web', path: '/srv' }, tar)
    expect(calls).toMatchObject([{ method: 'PUT', target: '/archive?container_name=web&path=%2Fsrv', body: tar }])
  })
})
