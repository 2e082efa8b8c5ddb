import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { networkInterfaces } from 'node:os'
import { apiError, type BoundPort, type Port } from '@aptorch/shared'

const allAddresses = '0.0.0.0'

/**
 * Which container holds which ports of the host. A published port is not listened on (packets are led on before that), so
 * the kernel keeps nobody from taking it twice: this does.
 */
export class PortClaims {
  readonly #held = new Map<string, readonly BoundPort[]>()
  readonly #holderOnHost: (port: BoundPort) => Promise<string | undefined>

  constructor(holderOnHost: (port: BoundPort) => Promise<string | undefined>) {
    this.#holderOnHost = holderOnHost
  }

  /**
   * Makes the ports of a request whole; where no port of the host is named, one that is free is chosen. Rejects with an
   * ApiError that names the field for an address that is none of this host.
   */
  async complete(ports: readonly Port[]): Promise<BoundPort[]> {
    const kept: Kept[] = [] // all of them until the last is found, or one could be found twice
    try {
      const whole: BoundPort[] = []
      for (const [index, { host_ip = allAddresses, host_port, container_port, protocol = 'tcp' }] of ports.entries()) {
        refuseForeign(host_ip, index)
        const choose = async () => {
          let found: Kept
          do {
            found = await keepFree(host_ip, protocol)
            kept.push(found)
          } while (this.#holderOf({ host_ip, host_port: found.port, container_port, protocol }))
          return found.port
        }
        whole.push({ host_ip, host_port: host_port ?? (await choose()), container_port, protocol })
      }
      return whole
    } finally {
      for (const { close } of kept) close()
    }
  }

  /** Looks again at the host's own programs, for ports that a container has already. Rejects as `claim` does. */
  async recheck(ports: readonly BoundPort[]): Promise<void> {
    for (const port of ports) {
      const holder = await this.#holderOnHost(port)
      if (holder) throw portTaken(port, holder)
    }
  }

  /** Claims ports for a container that has none yet, all or none. Rejects with an ApiError that names who has one of them. */
  async claim(container: string, ports: readonly BoundPort[]): Promise<void> {
    if (this.#held.has(container)) return
    this.#refuseTaken(ports)
    this.keep(container, ports)
    try {
      await this.recheck(ports)
    } catch (error) {
      this.release(container)
      throw error
    }
  }

  /** Notes what a container has already. */
  keep(container: string, ports: readonly BoundPort[]): void {
    this.#held.set(container, ports)
  }

  release(container: string): void {
    this.#held.delete(container)
  }

  #refuseTaken(ports: readonly BoundPort[]) {
    for (const [index, port] of ports.entries()) {
      if (ports.slice(0, index).some((other) => overlap(port, other))) {
        throw apiError('invalid_field', `ports: ${show(port)} is asked for twice`)
      }
      const holder = this.#holderOf(port)
      if (holder) throw portTaken(port, `the container ${holder}`)
    }
  }

  #holderOf(port: BoundPort): string | undefined {
    for (const [holder, held] of this.#held) if (held.some((other) => overlap(port, other))) return holder
    return undefined
  }
}

const overlap = (a: BoundPort, b: BoundPort) =>
  a.protocol === b.protocol &&
  a.host_port === b.host_port &&
  (a.host_ip === b.host_ip || a.host_ip === allAddresses || b.host_ip === allAddresses)

const portTaken = (port: BoundPort, holder: string) =>
  apiError(
    'port_taken',
    `ports: ${show(port)} of the host is taken by ${holder}; choose another host_port, or stop that`,
  )

const show = ({ host_ip, host_port, protocol }: BoundPort) =>
  `${host_ip === allAddresses ? '' : `${host_ip}:`}${host_port}/${protocol}`

const refuseForeign = (address: string, index: number) => {
  const own = Object.values(networkInterfaces()).flatMap((list) => list ?? [])
  if (address === allAddresses || address.startsWith('127.')) return
  if (own.some((each) => each.family === 'IPv4' && each.address === address)) return
  throw apiError(
    'invalid_field',
    `ports[${index}].host_ip: got "${address}", want an IPv4 address of this host, or ${allAddresses} for all of them`,
  )
}

/** A port that is kept from others for as long as it is not closed. */
interface Kept {
  readonly port: number
  readonly close: () => void
}

/** One out of those that the kernel gives to who asks for any. */
const keepFree = async (address: string, protocol: 'tcp' | 'udp'): Promise<Kept> => {
  if (protocol === 'udp') {
    const socket = createSocket('udp4').bind(0, address)
    await once(socket, 'listening')
    return { port: socket.address().port, close: () => socket.close() }
  }
  const server = createServer().listen(0, address)
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  return { port, close: () => server.close() }
}
