import { expectTypeOf, test } from 'vitest'
import type { Handlers } from './handlers.ts'

// What is checked here is checked by `tsc --build`, which npm run check calls: an @ts-expect-error that expects nothing is an
// error. The functions are never called.

test('a row of the route table without a handler does not compile', () => {
  const mustNotCompile = ({ stop: _stop, ...others }: Handlers): Handlers => {
    // @ts-expect-error Property 'stop' is missing
    return others
  }
  expectTypeOf(mustNotCompile).returns.toEqualTypeOf<Handlers>()
  expectTypeOf<Omit<Handlers, 'stop'>>().not.toExtend<Handlers>()
})

test('a handler without a row does not compile', () => {
  const mustNotCompile = (all: Handlers): Handlers => ({
    ...all,
    // @ts-expect-error 'pause' does not exist in type 'Handlers'
    pause: async () => ({ status: 200 }),
  })
  expectTypeOf(mustNotCompile).returns.toEqualTypeOf<Handlers>()
})

test('a handler that answers something else than its row says does not compile', () => {
  const mustNotCompile = (all: Handlers): Handlers => ({
    ...all,
    // @ts-expect-error Property 'healthy' is missing
    health: async () => ({ sick: true }),
    // @ts-expect-error 'name' does not exist in type '{ container_name: string }'
    getcont: async ({ name }) => all.getcont({ container_name: name }, { setHeader: () => undefined }),
  })
  expectTypeOf(mustNotCompile).returns.toEqualTypeOf<Handlers>()
})
