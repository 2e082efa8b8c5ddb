/** The names of the containers in an answer's body, whatever the route. */
export const namesIn = (body: unknown): string[] => {
  if (Array.isArray(body)) return body.flatMap(namesIn)
  const { container_name: name } = body as { container_name?: unknown }
  return typeof name === 'string' ? [name] : []
}
