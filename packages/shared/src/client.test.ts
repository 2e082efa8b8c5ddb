import { describe, expect, test } from 'vitest'
import type { Transport } from './call.ts'
import { createClient } from './client.ts'

/** A transport that answers always the same and notes what was asked. */
const answering = (status: number, text: string) => {
  const calls: Parameters<Transport>[0][] = []
  const transport: Transport = async (call) => {
    calls.push(call)
    return { status, text }
  }
  return { client: createClient(transport), calls }
}

describe('the client', () => {
  test('sends a POST as JSON', async () => {
    const { client, calls } = answering(200, '{"status":200}')
    await client.stop({ container_name: 'web', timeout_s: 3 })
    expect(calls).toEqual([
      { method: 'POST', target: '/stop', body: '{"container_name":"web","timeout_s":3}', signal: undefined },
    ])
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
})
