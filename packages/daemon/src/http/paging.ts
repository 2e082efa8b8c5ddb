import { type ListRequest, routes, toQuery } from '@aptorch/shared'

/** The address of the page after this one, or undefined when there is none. */
export const nextPage = (request: ListRequest, total: number): string | undefined => {
  if (request.limit === undefined) return undefined
  const offset = (request.offset ?? 0) + request.limit
  return offset < total ? `${routes.getallcont.path}?${toQuery({ ...request, offset })}` : undefined
}
