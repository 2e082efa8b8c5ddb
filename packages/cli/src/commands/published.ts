import type { Container } from '@aptorch/shared'
import { AbsentError } from '../errors.ts'
import { type PublishedPorts, portText } from '../output/ports.ts'
import type { ContainerPort } from '../values/port.ts'
import type { Procedure } from './procedure.ts'

/** `port`: of a container's answer its published ports, or those that lead to one port. Rejects with an AbsentError when none does. */
export const published: Procedure = {
  flags: {},
  fields: [
    { name: 'port', kind: 'text', required: false, description: 'Only what leads to this port', choices: undefined },
  ],
  run: async (call, row, { port, ...request }) => {
    const { body } = await call(row, request)
    const { container_name, state, network, ports } = body as Container
    const asked = port as ContainerPort | undefined
    const found = asked === undefined ? ports : ports.filter((bound) => portText(bound) === portText(asked))
    if (asked !== undefined && found.length === 0) throw notPublished(container_name, asked, ports)
    const answer: PublishedPorts = { container_name, state, network, ports: found, asked: asked !== undefined }
    return { body: answer, text: JSON.stringify(found) }
  },
}

const notPublished = (name: string, asked: ContainerPort, ports: readonly ContainerPort[]) => {
  const others = [...new Set(ports.map(portText))].join(', ')
  return new AbsentError(`${name} does not publish ${portText(asked)}; it publishes ${others || 'no ports'}`)
}
