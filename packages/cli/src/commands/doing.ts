import type { RouteName } from '@aptorch/shared'

type Requests = readonly Readonly<Record<string, unknown>>[]

/** What is said while it lasts, of the routes that may take longer than a moment. */
const doing: { readonly [Name in RouteName]?: (requests: Requests) => string } = {
  start: ([request]) => `Starting ${request?.container_name ?? 'a container'} from ${imageOf(request ?? {})}`,
  stop: (requests) => `Stopping ${namesOf(requests)}`,
  restart: (requests) => `Restarting ${namesOf(requests)}`,
  createvolume: ([request]) => `Binding ${request?.host_location} into ${request?.container_name}`,
  deletecont: (requests) => `Removing ${namesOf(requests)}`,
  deletecontdata: (requests) => `Removing the data of ${namesOf(requests)}`,
}

export const doingOf = (name: RouteName, requests: Requests): string | undefined => doing[name]?.(requests)

const namesOf = (requests: Requests) => requests.map((request) => request.container_name).join(', ')

const imageOf = ({ image, image_distributor, image_os, image_version }: Readonly<Record<string, unknown>>) =>
  image ?? `${image_distributor}://${image_os}:${image_version}`
