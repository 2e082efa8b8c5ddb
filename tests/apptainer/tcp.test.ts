import { readFileSync } from 'node:fs'
import { describe, expect } from 'vitest'
import { type Daemon, test } from '../harness.ts'

describe('the TCP door', () => {
  const bearer = (daemon: Daemon) => ({ authorization: `Bearer ${daemon.token()}` })
  const get = (daemon: Daemon, headers: Record<string, string>, path = '/getallcont') =>
    daemon.request('GET', path, undefined, { door: 'tcp', headers })

  test('opens with the token only', async ({ daemon }) => {
    expect((await get(daemon, bearer(daemon))).status).toBe(200)
    const wrong: Record<string, string>[] = [
      {},
      { authorization: 'Bearer wrong' },
      { authorization: `Bearer ${daemon.token()}x` },
      { authorization: `Bearer ${daemon.token().slice(0, -1)}` },
      { authorization: `Basic ${daemon.token()}` },
      { authorization: daemon.token() },
      { authorization: 'Bearer ' },
    ]
    for (const headers of wrong) {
      const answer = await get(daemon, headers)
      expect(answer.body, JSON.stringify(headers)).toMatchObject({
        status: 401,
        code: 'unauthorized',
        fault: 'request',
      })
      expect(answer.headers['www-authenticate']).toBe('Bearer')
    }
  })

  test('keeps every route but /health shut, unknown ones included', async ({ daemon }) => {
    expect((await get(daemon, {}, '/health')).body).toEqual({ status: 200, healthy: true })
    for (const path of [
      '/info',
      '/getcont?container_name=x',
      '/no-such-route',
      '/health/',
      '/HEALTH',
      '//health',
      '/start',
    ])
      expect((await get(daemon, {}, path)).status, path).toBe(401)
  })

  test('starts nothing without the token', async ({ daemon, image }) => {
    const answer = await daemon.request('POST', '/start', { container_name: 'x', image }, { door: 'tcp', headers: {} })
    expect(answer.status).toBe(401)
    expect((await daemon.request('GET', '/getcont', { container_name: 'x' })).status).toBe(404)
  })

  test('is shut to pages of other sites, whatever name they give themselves', async ({ daemon }) => {
    const port = daemon.url.split(':').at(-1)
    for (const host of ['evil.example', `evil.example:${port}`, `127.0.0.1.evil.example:${port}`, '169.254.169.254'])
      expect((await get(daemon, { ...bearer(daemon), host })).body, host).toMatchObject({
        status: 403,
        code: 'wrong_host',
      })
    for (const origin of ['http://evil.example', 'null', 'https://127.0.0.1.evil.example', 'file://'])
      expect((await get(daemon, { ...bearer(daemon), origin })).body, origin).toMatchObject({
        status: 403,
        code: 'wrong_origin',
      })
    for (const host of [`localhost:${port}`, `127.0.0.1:${port}`, `[::1]:${port}`])
      expect((await get(daemon, { ...bearer(daemon), host })).status, host).toBe(200)
  })

  test('without a token is shut to them all the same', async ({ house }) => {
    const daemon = await house.start({ flags: ['--no-auth'] })
    expect((await get(daemon, { host: 'evil.example' })).status).toBe(403)
    expect((await get(daemon, { origin: 'http://evil.example' })).status).toBe(403)
    expect((await get(daemon, {})).status).toBe(200)
  })

  test('is reached from this machine only', ({ daemon }) => {
    const port = Number(daemon.url.split(':').at(-1)).toString(16).toUpperCase().padStart(4, '0')
    // proc_net_tcp(5): the local address in hexadecimal, in the machine's byte order, and 0A for "listens"
    const listening = ['tcp', 'tcp6'].flatMap((table) =>
      readFileSync(`/proc/net/${table}`, 'utf8')
        .split('\n')
        .map((line) => line.trim().split(/\s+/))
        .filter(([, local, , state]) => local?.endsWith(`:${port}`) && state === '0A')
        .map(([, local]) => local),
    )
    expect(listening).toEqual([`0100007F:${port}`])
  })
})
