import type { RequestInput, RouteName } from '@aptorch/shared'
import type { ContainerPort } from '../values/port.ts'

// A request without fields has string as its keys, which is no name of a field.
type KeyOf<Request> = string extends keyof Request ? never : keyof Request

/** What procedures take beside the fields of their route: they act on it themselves. */
export interface OwnFields {
  readonly port: ContainerPort
  readonly paths: readonly string[]
  readonly detach_keys: string
}

type RouteField = { [Name in RouteName]: KeyOf<RequestInput<Name>> }[RouteName]

/** A field of any route's request, or of a procedure's own. */
export type FieldName = RouteField | keyof OwnFields

type ValueOf<Name extends FieldName> = Name extends keyof OwnFields
  ? OwnFields[Name]
  : { [Route in RouteName]: Name extends KeyOf<RequestInput<Route>> ? RequestInput<Route>[Name] : never }[RouteName]

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
