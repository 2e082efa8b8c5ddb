import type { RequestInput, RouteName } from '@aptorch/shared'

// A request without fields has string as its keys, which is no name of a field.
type KeyOf<Request> = string extends keyof Request ? never : keyof Request

/** A field of any route's request. */
export type FieldName = { [Name in RouteName]: KeyOf<RequestInput<Name>> }[RouteName]

type ValueOf<Name extends FieldName> = {
  [Route in RouteName]: Name extends KeyOf<RequestInput<Route>> ? RequestInput<Route>[Name] : never
}[RouteName]

/** Some fields of a request. */
export type Patch = { readonly [Name in FieldName]?: ValueOf<Name> }

/** What the reading of a word may depend on. */
export interface Surroundings {
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly readFile: (path: string) => string
}

/** Reads a word of the command line into fields of the request. Throws a BadValue. */
export type Reader = (word: string, surroundings: Surroundings) => Patch
