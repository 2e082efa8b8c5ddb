import { describe, expect } from 'vitest'
import { test as base } from '../harness.ts'

/** A daemon with five containers: a to e in the order of their creation, every other one stopped. */
const test = base.extend('five', { scope: 'file' }, async ({ daemon, image }) => {
  for (const [index, container_name] of ['a', 'b', 'c', 'd', 'e'].entries()) {
    await daemon.client.start({
      container_name,
      image,
      labels: { owner: index < 2 ? 'ada' : 'bob', [`n${index}`]: '' },
    })
    if (index % 2 === 1) await daemon.client.stop({ container_name })
  }
  return daemon
})

describe('getallcont', () => {
  const rows: readonly [title: string, query: string, names: string, total: number][] = [
    ['all, the oldest first', '', 'abcde', 5],
    ['a page', 'limit=2&offset=1', 'bc', 5],
    ['a page beyond the end', 'limit=2&offset=9', '', 5],
    ['the last page, not full', 'limit=2&offset=4', 'e', 5],
    ['those that run', 'state=running', 'ace', 3],
    ['those that are stopped', 'state=stopped', 'bd', 2],
    ['those with a label', 'label=n3', 'd', 1],
    ['those with a value of a label', 'label=owner%3Dada', 'ab', 2],
    ['those with two labels', 'label=owner%3Dbob&label=n2', 'c', 1],
    ['none for a value that nobody has', 'label=owner%3Deve', '', 0],
    ['by name, backwards', 'sort=-container_name', 'edcba', 5],
    ['by state, then by name', 'sort=state', 'acebd', 5],
    ['a page of a filter, in order', 'state=running&sort=-created_at&limit=2', 'ec', 3],
  ]

  test.for(rows)('finds %s', async ([, query, names, total], { five }) => {
    const { status, body, headers } = await five.request('GET', `/getallcont?${query}`)
    expect(status).toBe(200)
    expect(body.map((container: { container_name: string }) => container.container_name).join('')).toBe(names)
    expect(headers['x-total-count']).toBe(String(total))
  })

  test('leads from page to page until all are seen', async ({ five }) => {
    const seen: string[] = []
    let next: string | undefined = '/getallcont?limit=2&sort=-container_name&label=owner'
    while (next !== undefined) {
      const { body, headers } = await five.request('GET', next)
      seen.push(...body.map((container: { container_name: string }) => container.container_name))
      next = headers.link?.toString().match(/^<([^>]+)>; rel="next"$/)?.[1]
    }
    expect(seen).toEqual(['e', 'd', 'c', 'b', 'a'])
  })

  test('takes the same in a body as in a query', async ({ five }) => {
    const inBody = await five.request('GET', '/getallcont', { limit: 2, label: ['owner=bob'], sort: '-container_name' })
    const inQuery = await five.request('GET', '/getallcont?limit=2&label=owner%3Dbob&sort=-container_name')
    expect(inBody.body).toEqual(inQuery.body)
    expect(inBody.headers.link).toBe(inQuery.headers.link)
  })

  test('shows each as getcont does', async ({ five }) => {
    const [first] = await five.client.getallcont({ limit: 1 })
    expect(first).toEqual(await five.client.getcont({ container_name: 'a' }))
  })
})
