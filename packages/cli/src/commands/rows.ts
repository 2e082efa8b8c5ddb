import { type Field, fieldsOf, type Route, type RouteName, routeNames, routes, type Target } from '@aptorch/shared'

/** A row of the route table as far as a command line needs it: plain data. */
export interface Row extends Target {
  readonly name: RouteName
  /** Names of the subcommand; the first is the one that help shows. */
  readonly names: readonly string[]
  readonly summary: string
  readonly fields: readonly Field[]
  /** What it answers with, and takes beside its request. */
  readonly carries: Carries
}

export interface Carries {
  readonly json: boolean
  readonly stream: boolean
  readonly download: boolean
  readonly upload: boolean
  readonly socket: boolean
}

/**
 * The build runs this module and puts its result in its place (scripts/build.ts): it imports the schemas, which take
 * longer to load than a subcommand to run. So it exports data only.
 */
export const rows = Object.fromEntries(
  routeNames.map((name): [RouteName, Row] => {
    const { method, path, success, summary, request, commands = [], ...parts }: Route = routes[name]
    const names = [...new Set([...commands, name])]
    const carries = {
      json: parts.response !== undefined,
      stream: parts.stream !== undefined,
      download: parts.download ?? false,
      upload: parts.upload ?? false,
      socket: parts.socket ?? false,
    }
    return [name, { name, method, path, success, summary, names, fields: fieldsOf(request), carries }]
  }),
) as Readonly<Record<RouteName, Row>>
