import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { networkInterfaces } from 'node:os'
import { apiError, type BoundPort, type Port } from '@aptorch/shared'

const allAddresses = '0.0.0.0'

/** Makes the ports of a request whole. Throws an ApiError that names the field for an address that is none of this host. */
export const completePorts = async (ports: readonly Port[]): Promise<BoundPort[]> => {
  const whole: BoundPort[] = []
  for (const [index, { host_ip = allAddresses, host_port, container_port, protocol = 'tcp' }] of ports.entries()) {
    if (!isOwnAddress(host_ip)) {
      throw apiError(
        'invalid_field',
        `ports[${index}].host_ip: got "${host_ip}", want an IPv4 address of this host, or ${allAddresses} for all of them`,
      )
    }
    whole.push({ host_ip, host_port: host_port ?? (await findFree(host_ip, protocol)), container_port, protocol })
  }
  return whole
}

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

  /** Claims ports for a container that has none yet, all or none. Rejects with an ApiError that names who has one of them. */
  async claim(container: string, ports: readonly BoundPort[]): Promise<void> {
    if (this.#held.has(container)) return
    this.#refuseTaken(ports)
    this.keep(container, ports)
    try {
      for (const port of ports) {
        const holder = await this.#holderOnHost(port)
        if (holder) throw portTaken(port, holder)
      }
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
      for (const [holder, held] of this.#held) {
        if (held.some((other) => overlap(port, other))) throw portTaken(port, `the container ${holder}`)
      }
    }
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

const isOwnAddress = (address: string) =>
  address === allAddresses ||
  address.startsWith('127.') ||
  Object.values(networkInterfaces()).some((list) =>
    list?.some((own) => own.family === 'IPv4' && own.address === address),
  )

/** A port that is free now, out of those that the kernel gives to who asks for any. */
const findFree = async (address: string, protocol: 'tcp' | 'udp'): Promise<number> => {
  if (protocol === 'udp') {
    const socket = createSocket('udp4').bind(0, address)
    await once(socket, 'listening')
    const { port } = socket.address()
    socket.close()
    return port
  }
  const server = createServer().listen(0, address)
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  return port
}
