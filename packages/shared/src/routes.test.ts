import { describe, expect, test } from 'vitest'
import { fieldsOf } from './fields.ts'
import { type Route, routeNames, routes } from './routes.ts'

const rows = routeNames.map((name): [string, Route] => [name, routes[name]])

describe('the route table', () => {
  test('has each method of a path and each command once, so that none hides another', () => {
    const paths = rows.flatMap(([, { method, path, aliases = [] }]) => [path, ...aliases].map((each) => method + each))
    const commands = rows.flatMap(([name, route]) => [name, ...(route.commands ?? [])])
    expect(new Set(paths).size).toBe(paths.length)
    expect(new Set(commands.filter((word) => !routeNames.includes(word as never))).size).toBe(
      commands.filter((word) => !routeNames.includes(word as never)).length,
    )
  })

  test.for(rows)('%s answers under its own name', ([name, route]) => {
    expect(route.path).toBe(name.endsWith('archive') ? '/archive' : `/${name}`)
  })

  test.for(rows)('%s says what it answers with', ([, { response, stream, download, socket }]) => {
    expect([response, stream, download, socket].some(Boolean)).toBe(true)
  })

  test.for(rows)('%s refuses fields that it does not know', ([, route]) => {
    const { error } = route.request.safeParse({ no_such_field: true })
    expect(error?.issues).toContainEqual(expect.objectContaining({ code: 'unrecognized_keys' }))
  })

  test.for(rows)('%s says what each of its fields is for', ([, route]) => {
    expect(fieldsOf(route.request).filter(({ description }) => description === '')).toEqual([])
  })

  test.for(rows.filter(([, { method }]) => method !== 'POST'))(
    '%s has only fields that a query can carry',
    ([, route]) => {
      for (const { name, kind } of fieldsOf(route.request))
        expect(['text', 'number', 'boolean', 'list', 'map'], name).toContain(kind)
    },
  )

  test('opens nothing but /health without a token', () => {
    expect(rows.filter(([, route]) => route.open).map(([name]) => name)).toEqual(['health'])
  })
})
