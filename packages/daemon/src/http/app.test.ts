import { Readable } from 'node:stream'
import {
  type AnswerOf,
  apiError,
  type EventItem,
  type ExecItem,
  type LogItem,
  routeNames,
  routes,
} from '@aptorch/shared'
import { describe, expect, test } from 'vitest'
import { createLog } from '../log.ts'
import { createApp } from './app.ts'
import { tcpGuard } from './guard.ts'
import type { Call, Handlers } from './handlers.ts'

const silent = createLog({ debug: false, stream: { write: () => undefined }, colour: false })

/** An app whose handlers answer with the request that they were given, but for those named. */
const createTestApp = (handlers: Partial<Handlers> = {}, guards: Parameters<typeof createApp>[0]['guards'] = []) => {
  const echo = Object.fromEntries(routeNames.map((name) => [name, async (request: unknown) => request]))
  return createApp({ handlers: { ...(echo as unknown as Handlers), ...handlers }, log: silent, guards })
}

const app = createTestApp()
const post = (path: string, body?: unknown) =>
  app.request(path, { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body) })

describe('an answer', () => {
  test('has its status inside, each item of a list too', async () => {
    const item = { container_name: 'web' } as AnswerOf<'getallcont'>[number]
    const list = createTestApp({ getallcont: async () => [item, item] })
    expect(await (await list.request('/getallcont')).json()).toEqual([
      { status: 200, container_name: 'web' },
      { status: 200, container_name: 'web' },
    ])
    const started = await post('/start', { image: '/x' })
    expect([started.status, await started.json()]).toEqual([201, { status: 201, image: '/x' }])
  })

  test('carries the headers of its handler', async () => {
    const paged = createTestApp({
      getallcont: async (_, reply) => {
        reply.setHeader('X-Total-Count', '7')
        return []
      },
    })
    expect((await paged.request('/getallcont')).headers.get('x-total-count')).toBe('7')
  })
})

describe('a request', () => {
  test('is checked before its handler sees it, and arrives as it was sent', async () => {
    expect(await (await post('/stop', { container_name: 'web', timeout_s: 1.5 })).json()).toEqual({
      status: 200,
      container_name: 'web',
      timeout_s: 1.5,
    })
  })

  test('to an older path reaches the same handler', async () => {
    const volume = { container_name: 'web', container_location: '/data' }
    expect(await (await post('/deletevolume', volume)).json()).toEqual({ status: 200, ...volume })
  })

  test('by query has numbers and lists', async () => {
    const answer = await app.request('/getallcont?limit=2&label=a&label=b')
    expect(await answer.json()).toEqual({ status: 200, limit: 2, label: ['a', 'b'] })
  })

  test.for([
    ['without a body', undefined, 400, 'missing_body'],
    ['with a body of spaces', '  \n', 400, 'missing_body'],
    ['with broken JSON', '{"image":', 400, 'invalid_json'],
    ['with a list', '[]', 400, 'invalid_json'],
    ['with null', 'null', 400, 'invalid_json'],
    ['with an unknown field', { image: '/x', colour: 1 }, 400, 'unknown_field'],
    ['with a wrong type', { image: 7 }, 400, 'invalid_field'],
    ['with exactly 1 MiB, which is read', `{"x":"${'y'.repeat(1024 * 1024 - 8)}"}`, 400, 'unknown_field'],
    ['with more than 1 MiB', `{"x":"${'y'.repeat(1024 * 1024 - 7)}"}`, 413, 'body_too_large'],
  ] as const)('%s is refused', async ([, body, status, code]) => {
    const answer = await post('/start', body)
    expect(await answer.json()).toEqual({ status, code, fault: 'request', message: expect.any(String) })
    expect(answer.status).toBe(status)
  })
})

describe('a path', () => {
  test.for(routeNames.map((name) => routes[name]).filter(({ path }) => path !== '/archive'))(
    '$path with a wrong method gets 405 and the right one',
    async ({ path, method }) => {
      for (const wrong of ['PUT', 'DELETE', 'PATCH', method === 'GET' ? 'POST' : 'GET']) {
        const answer = await app.request(path, { method: wrong })
        expect(answer.status, wrong).toBe(405)
        expect(answer.headers.get('allow'), wrong).toBe(method === 'GET' ? 'GET, HEAD' : 'POST')
        expect(await answer.json()).toMatchObject({ code: 'method_not_allowed', fault: 'request' })
      }
    },
  )

  test('of two routes names the methods of both', async () => {
    const answer = await app.request('/archive', { method: 'POST' })
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, HEAD, PUT'])
  })

  test('that is nearly right gets 404 and the right one', async () => {
    expect(await (await app.request('/getcontt')).json()).toEqual({
      status: 404,
      code: 'route_not_found',
      fault: 'request',
      message: 'there is no route /getcontt; did you mean /getcont?',
    })
  })

  test('that is like none gets 404 alone', async () => {
    expect(await (await app.request('/')).json()).toMatchObject({ message: 'there is no route /' })
  })
})

describe('a stream', () => {
  const event = { id: '7', time: '2026-01-01T00:00:00.000Z', type: 'started', container_name: 'web' } as EventItem
  const ask = (handlers: Partial<Handlers>, path: string, accept?: string) =>
    createTestApp(handlers).request(path, { headers: accept === undefined ? {} : { accept } })
  const of = <Item>(...items: readonly (Item | Error)[]) =>
    async function* () {
      for (const item of items) {
        if (item instanceof Error) throw item
        yield item
      }
    }

  test('is a line of JSON an item', async () => {
    const answer = await ask({ events: async () => of(event, event)() }, '/events')
    expect(answer.headers.get('content-type')).toBe('application/x-ndjson')
    expect(await answer.text()).toBe(`${JSON.stringify(event)}\n`.repeat(2))
  })

  test('is server-sent events for a browser, with the id to come back with', async () => {
    const answer = await ask({ events: async () => of(event)() }, '/events', 'text/event-stream')
    expect(answer.headers.get('content-type')).toBe('text/event-stream')
    expect(await answer.text()).toBe(`id: 7\nevent: started\ndata: ${JSON.stringify(event)}\n\n`)
  })

  test('is not begun for somebody who asks for its head only', async () => {
    const app = createTestApp({
      events: async () => Promise.reject(new Error('it was')),
      readarchive: async () => archive,
    })
    const archive = new Readable({ read: () => undefined })
    const [head, tar] = [
      await app.request('/events', { method: 'HEAD' }),
      await app.request('/archive?container_name=web&path=/', { method: 'HEAD' }),
    ]
    expect([head.status, head.headers.get('content-type')]).toEqual([200, 'application/x-ndjson'])
    expect([tar.status, tar.headers.get('content-type'), archive.destroyed]).toEqual([200, 'application/x-tar', true])
  })

  test('goes on after the event that a browser had last', async () => {
    const after = async (_: unknown, { lastEventId }: Call) => of({ ...event, id: lastEventId ?? 'none' })()
    for (const [sent, got] of [
      ['41', '41'],
      ['rubbish', 'none'],
    ] as const) {
      const answer = await createTestApp({ events: after }).request('/events', { headers: { 'last-event-id': sent } })
      expect(JSON.parse(await answer.text()).id).toBe(got)
    }
  })

  test('ends with the failure that ended it', async () => {
    const failing = async () => of<EventItem>(event, apiError('internal', 'oops'))()
    const lines = (await (await ask({ events: failing }, '/events')).text()).trim().split('\n')
    expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({ status: 500, code: 'internal', message: 'oops' })
  })

  test('that fails before its first item is an answer as any other', async () => {
    const answer = await ask({ events: async () => Promise.reject(apiError('internal', 'oops')) }, '/events')
    expect([answer.status, answer.headers.get('content-type')]).toEqual([500, 'application/json'])
  })

  test('of output is the output itself, unless items are asked for', async () => {
    const lines: LogItem[] = [
      { time: '2026-01-01T00:00:00.000000000Z', stream: 'stdout', text: 'ž' },
      { time: '2026-01-01T00:00:01.000000000Z', stream: 'stderr', base64: '/w==', partial: true },
    ]
    const logs = async () => of(...lines)()
    const text = await ask({ logs }, '/logs?container_name=web')
    expect(Buffer.from(await text.arrayBuffer())).toEqual(Buffer.from([...Buffer.from('ž\n'), 0xff]))
    const stamped = await ask({ logs }, '/logs?container_name=web&timestamps=true')
    expect(await stamped.text()).toMatch(/^2026-01-01T00:00:00.000000000Z ž\n2026-/)
    const items = await ask({ logs }, '/logs?container_name=web', 'application/x-ndjson')
    expect((await items.text()).split('\n')[0]).toBe(JSON.stringify(lines[0]))
  })

  test('of a route that has both comes to those who ask for it', async () => {
    const answer = async () => ({ exit_code: 0 }) as AnswerOf<'exec'>
    const stream = async () => of<ExecItem>({ exit_code: 0, timed_out: false })()
    const exec = (accept: string) =>
      createTestApp({ exec: { answer, stream } }).request('/exec', {
        method: 'POST',
        headers: { accept },
        body: JSON.stringify({ container_name: 'web', command: ['true'] }),
      })
    expect(await (await exec('*/*')).json()).toEqual({ status: 200, exit_code: 0 })
    expect(await (await exec('application/x-ndjson')).text()).toBe('{"exit_code":0,"timed_out":false}\n')
  })

  test('ends in the daemon when its caller leaves', async () => {
    let ended = false
    const endless = async function* () {
      try {
        for (;;) yield event
      } finally {
        ended = true
      }
    }
    const answer = await ask({ events: async () => endless() }, '/events')
    const reader = answer.body?.getReader()
    await reader?.read()
    await reader?.cancel()
    expect(ended).toBe(true)
  })
})

describe('a terminal', () => {
  test('is for WebSockets only, and says so', async () => {
    const answer = await app.request('/terminal?container_name=web')
    expect([answer.status, answer.headers.get('upgrade')]).toEqual([426, 'websocket'])
    expect(await answer.json()).toMatchObject({ code: 'upgrade_required' })
  })
})

describe('a handler that throws', () => {
  const failing = (error: unknown) => createTestApp({ info: () => Promise.reject(error) }).request('/info')

  test('an error of the API answers with it', async () => {
    const answer = await failing(apiError('state_unknown', 'web may still be running'))
    expect([answer.status, await answer.json()]).toEqual([
      500,
      { status: 500, code: 'state_unknown', fault: 'orchestrator', message: 'web may still be running' },
    ])
  })

  test('any other answers 500, and says whose fault it is', async () => {
    expect(await (await failing(new Error('oops'))).json()).toMatchObject({
      status: 500,
      code: 'internal',
      fault: 'orchestrator',
    })
  })

  test('for want of space answers 507', async () => {
    const full = Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' })
    expect(await (await failing(full)).json()).toMatchObject({ status: 507, code: 'disk_full', fault: 'orchestrator' })
  })
})

describe('the guard of TCP', () => {
  const guarded = createTestApp({}, [
    tcpGuard({ hosts: ['localhost', '127.0.0.1', '[::1]'], token: 'secret', openPaths: ['/health'] }),
  ])
  const ask = (headers: Record<string, string>, path = '/info') =>
    guarded.request(path, { headers: { host: 'localhost', ...headers } })

  test.for([
    ['Bearer secret', 200],
    ['bearer secret', 200],
    ['Bearer  secret', 200],
    ['Bearer secre', 401],
    ['Bearer secrets', 401],
    ['Bearer secret x', 401],
    ['Basic secret', 401],
    ['secret', 401],
    ['', 401],
  ] as const)('with "%s" says %i', async ([authorization, status]) => {
    expect((await ask({ authorization })).status).toBe(status)
  })

  test('lets /health through without a token, and nothing that looks like it', async () => {
    expect((await ask({}, '/health')).status).toBe(200)
    for (const path of ['/health/', '/Health', '/health/x', '/healthy'])
      expect((await ask({}, path)).status, path).toBe(401)
  })

  test.for([
    ['localhost', 200],
    ['LOCALHOST:3333', 200],
    ['127.0.0.1:3333', 200],
    ['[::1]:3333', 200],
    ['evil.example', 403],
    ['localhost.evil.example', 403],
    ['127.0.0.1.evil.example:3333', 403],
    ['localhost:3333:1', 403],
    ['', 403],
  ] as const)('for the host "%s" says %i', async ([host, status]) => {
    expect((await ask({ authorization: 'Bearer secret', host })).status).toBe(status)
  })

  test('asks for the host before the token, so that a page learns nothing', async () => {
    expect((await ask({ host: 'evil.example' })).status).toBe(403)
  })

  test('shuts pages of other sites out, with a token and without', async () => {
    const authorization = 'Bearer secret'
    for (const headers of [{}, { authorization }])
      expect((await ask({ ...headers, origin: 'http://evil.example' })).status).toBe(403)
    const host = 'localhost:3333'
    expect((await ask({ authorization, host, origin: 'http://localhost:3333' })).status).toBe(200)
    // A notebook server of the same machine is another site.
    expect((await ask({ authorization, host, origin: 'http://localhost:8888' })).status).toBe(403)
  })
})
