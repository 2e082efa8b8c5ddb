import { parseSubnet, type Taken } from './subnet.ts'

/** A route as `ip -json route` shows it (ip-route(8)), as far as it matters here. */
interface Route {
  readonly dst: string
  readonly dev?: string
  readonly gateway?: string
  readonly metric?: number
}

export interface Routes {
  /** Where this host sends what it has a route for, default routes and those of the bridge left out. */
  readonly taken: readonly Taken[]
  /** The interface that leads to everywhere else. */
  readonly uplink: string | undefined
}

/** Reads the output of `ip -json -4 route show table all`. */
export const readRoutes = (json: string, bridge: string): Routes => {
  const routes = JSON.parse(json || '[]') as Route[] // with no route at all, older releases print nothing
  const taken = routes.flatMap((route) => {
    const subnet = parseSubnet(route.dst)
    return !subnet || subnet.bits === 0 || route.dev === bridge ? [] : [{ subnet, by: describe(route) }]
  })
  const defaults = routes.filter(({ dst, dev }) => dst === 'default' && dev !== undefined)
  const [best] = defaults.toSorted((a, b) => (a.metric ?? 0) - (b.metric ?? 0))
  return { taken, uplink: best?.dev }
}

const describe = ({ dst, gateway, dev }: Route) =>
  ['the route', dst, ...(gateway ? ['via', gateway] : []), ...(dev ? ['dev', dev] : [])].join(' ')
