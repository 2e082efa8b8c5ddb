import type { JsonRoute, ResponseOf, RouteName } from '@aptorch/shared'

/** What a person is told beside the text of an answer, on standard error: a line each. */
export type Remarks<Body> = (body: Body) => readonly string[]

const remarks: { readonly [Name in JsonRoute]?: Remarks<ResponseOf<Name>> } = {
  createvolume: ({ applied }) => (applied === 'live' ? ['bound now'] : []),
  removevolume: ({ applied }) => (applied === 'live' ? ['taken out now'] : []),
}

export const remarksOf = (name: RouteName): Remarks<unknown> =>
  (remarks[name as JsonRoute] as Remarks<unknown> | undefined) ?? (() => [])
