import { type CallOptions, callRoute, type Transport } from './call.ts'
import { type RequestInput, type ResponseOf, type RouteName, routeNames, routes } from './routes.ts'

/** A method a route: `client.start({ image: 'docker://alpine:3.20' })`. Each rejects with an ApiError when the daemon says no. */
export type Client = {
  readonly [Name in RouteName]: (request: RequestInput<Name>, options?: CallOptions) => Promise<ResponseOf<Name>>
}

export const createClient = (transport: Transport): Client =>
  Object.fromEntries(
    routeNames.map((name) => [
      name,
      async (request: Record<string, unknown>, options?: CallOptions) =>
        (await callRoute(transport, routes[name], request, options)).body,
    ]),
  ) as unknown as Client
