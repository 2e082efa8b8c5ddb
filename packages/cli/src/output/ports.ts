import type { BoundPort, Container } from '@aptorch/shared'
import type { ContainerPort } from '../values/port.ts'
import type { Remarks } from './remarks.ts'
import type { Renderer } from './screen.ts'

/** What `port` shows of a container. `asked` is whether one port was asked for, and the others left out. */
export interface PublishedPorts extends Pick<Container, 'container_name' | 'state' | 'network' | 'ports'> {
  readonly asked: boolean
}

/** `port`: a line a port, as docker's; of one that was asked for the host's side only. */
export const renderPublished: Renderer<PublishedPorts> = ({ ports, asked }) =>
  ports.map((port) => (asked ? addressText(port) : `${portText(port)} -> ${addressText(port)}`)).join('\n')

export const publishedRemarks: Remarks<PublishedPorts> = ({ container_name, state, network, ports }) => {
  if (ports.length === 0) {
    return [`${container_name} publishes no ports${network === 'host' ? ': with the network host it needs none' : ''}`]
  }
  return state === 'running' || state === 'paused'
    ? []
    : [`${container_name} is ${state}: its ports lead to it when it runs again`]
}

/** `80/tcp` */
export const portText = ({ container_port, protocol }: ContainerPort): string => `${container_port}/${protocol}`

/** `0.0.0.0:8080`, or `[::]:8080` */
export const addressText = ({ host_ip, host_port }: Pick<BoundPort, 'host_ip' | 'host_port'>): string =>
  `${host_ip.includes(':') ? `[${host_ip}]` : host_ip}:${host_port}`
