import { type Field, fieldsOf, type Route, type RouteName, routeNames, routes, type Target } from '@aptorch/shared'

/** A row of the route table as far as a command line needs it: plain data. */
export interface Row extends Target {
  readonly name: RouteName
  /** Names of the subcommand; the first is the one that help shows. */
  readonly names: readonly string[]
  readonly summary: string
  readonly fields: readonly Field[]
}

/**
 * The build runs this module and puts its result in its place (scripts/build.ts): it imports the schemas, which take
 * longer to load than a subcommand to run. So it exports data only.
 */
export const rows = Object.fromEntries(
  routeNames.map((name): [RouteName, Row] => {
    const { method, path, success, summary, request, commands = [] }: Route = routes[name]
    const names = [...new Set([...commands, name])]
    return [name, { name, method, path, success, summary, names, fields: fieldsOf(request) }]
  }),
) as Readonly<Record<RouteName, Row>>
