import { BadValue } from './bad-value.ts'

/** Without a host port the daemon takes one that is free. */
export interface PortSpec {
  readonly host_ip?: string
  readonly host_port?: number
  readonly container_port: number
  readonly protocol?: 'tcp' | 'udp'
}

/** A port of a container, as it is asked for by. */
export interface ContainerPort {
  readonly container_port: number
  readonly protocol: 'tcp' | 'udp'
}

/**
 * Reads docker's `[[IP:][HOST]:]CONTAINER[/udp]`; an IPv6 address stands in brackets. Without HOST, or with 0, a free port
 * is taken. Either side may be a range, such as `8000-8002:80-82`.
 */
export const readPorts = (text: string): PortSpec[] => {
  const parts = text.match(/^(?:(?:(\[[^\]]+\]|[^:[\]]+):)?([\d-]*):)?([\d-]+)(?:\/(tcp|udp))?$/)
  if (!parts) throw new BadValue(wanted)
  const [, ip, host = '', container = '', protocol] = parts
  const hosts = host === '' || host === '0' ? [] : readRange(host)
  const containers = readRange(container)
  if (hosts.length > 0 && hosts.length !== containers.length) throw new BadValue('as many ports on both sides')
  return containers.map((container_port, index) => {
    const host_port = hosts[index]
    return {
      ...(ip === undefined ? {} : { host_ip: ip.replace(/^\[(.*)\]$/, '$1') }),
      ...(host_port === undefined ? {} : { host_port }),
      container_port,
      ...(protocol === undefined ? {} : { protocol: protocol as 'tcp' | 'udp' }),
    }
  })
}

/** Reads `PORT[/PROTOCOL]`, as with docker tcp where it is left out. */
export const readContainerPort = (text: string): ContainerPort => {
  const [, port, protocol = 'tcp'] = text.match(/^(\d{1,5})(?:\/(tcp|udp))?$/) ?? []
  if (port === undefined) throw new BadValue('a port of the container, such as 80 or 53/udp')
  return { container_port: Number(port), protocol: protocol as 'tcp' | 'udp' }
}

const wanted = 'HOST:CONTAINER, IP:HOST:CONTAINER, CONTAINER alone or any of them with /udp, such as 8080:80'

const readRange = (text: string): number[] => {
  const [, first, last = first] = text.match(/^(\d{1,5})(?:-(\d{1,5}))?$/) ?? []
  const count = Number(last) - Number(first) + 1
  if (!(count > 0)) throw new BadValue(wanted)
  return Array.from({ length: count }, (_, index) => Number(first) + index)
}
