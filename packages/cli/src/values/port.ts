import { BadValue } from './bad-value.ts'

export interface PortSpec {
  readonly host_ip?: string
  readonly host_port: number
  readonly container_port: number
  readonly protocol?: 'tcp' | 'udp'
}

/** Reads docker's `[IP:]HOST:CONTAINER[/udp]`; an IPv6 address stands in brackets. */
export const readPort = (text: string): PortSpec => {
  const parts = text.match(/^(?:(\[[^\]]+\]|[^:[\]]+):)?(\d{1,5}):(\d{1,5})(?:\/(tcp|udp))?$/)
  if (!parts) throw new BadValue('HOST:CONTAINER, IP:HOST:CONTAINER or HOST:CONTAINER/udp, such as 8080:80')
  const [, ip, host, container, protocol] = parts
  return {
    ...(ip === undefined ? {} : { host_ip: ip.replace(/^\[(.*)\]$/, '$1') }),
    host_port: Number(host),
    container_port: Number(container),
    ...(protocol === undefined ? {} : { protocol: protocol as 'tcp' | 'udp' }),
  }
}
