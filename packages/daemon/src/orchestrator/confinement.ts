import { apiError, type BoundPort, type ErrorCode, type Port } from '@aptorch/shared'
import { both } from '../both.ts'
import type { Cgroups, FoundCgroups, Limits } from '../host/cgroups/cgroups.ts'
import type { Confines } from '../host/launcher.ts'
import type { Networks } from '../host/network/networks.ts'
import type { Log } from '../log.ts'
import type { ContainerRecord, ContainerSpec } from '../store/record.ts'
import { PortClaims } from './ports.ts'

/** What was made for one start. */
export interface Confined {
  readonly confines: Confines
  /** The engine makes the network, one without any way out. */
  readonly isolated: boolean
  /** In the network; null without one of its own. */
  readonly address: string | null
  /** Files of the host that stand in for the container's own, to be read only: host path, container path. */
  readonly files: readonly (readonly [string, string])[]
  readonly warnings: readonly string[]
}

/**
 * What the host holds ready for a container beside its processes: a network namespace with an address and published ports,
 * and a cgroup. Made before the start, taken away after the end, both as often as wanted.
 */
export class Confinement {
  readonly #networks: Networks | undefined
  readonly #cgroups: Cgroups | undefined
  readonly #lacking: string
  readonly #log: Log
  readonly #ports = new PortClaims(async (port) => this.#networks?.portHolder(port))

  constructor({ networks, cgroups, log }: { networks: Networks | undefined; cgroups: FoundCgroups; log: Log }) {
    this.#networks = networks
    this.#cgroups = 'cgroups' in cgroups ? cgroups.cgroups : undefined
    this.#lacking = 'reason' in cgroups ? cgroups.reason : ''
    this.#log = log
  }

  /** Refuses what this host can't hold to, before anything is fetched or made. Rejects with an ApiError that says why. */
  async check({ network, cpus, memory, pids }: Limits & Pick<ContainerSpec, 'network'>): Promise<void> {
    const limits = { cpus, memory, pids }
    const limited = Object.entries(limits).find(([, limit]) => limit !== null)
    if (limited) this.#required('limits_unavailable', `${limited[0]}: can't be limited`)
    if (network !== 'bridge') return
    if (!this.#networks) {
      throw apiError(
        'unsupported',
        'network: got "bridge", want "host" or "none": only a daemon that is root can give a container an address',
      )
    }
    const lacking = await this.#networks.whyNoBridge()
    if (lacking) throw apiError('network_unavailable', `network "bridge" can't be had: ${lacking}; network "host" can`)
  }

  /** See `PortClaims.complete`. */
  async completePorts(ports: readonly Port[]): Promise<BoundPort[]> {
    return this.#ports.complete(ports)
  }

  /** Refuses ports that a program of the host has taken from a container which has them. */
  async recheckPorts(ports: readonly BoundPort[]): Promise<void> {
    await this.#ports.recheck(ports)
  }

  /**
   * Keeps the ports of the host for a container that is about to start, until `release`. Rejects with an ApiError that names
   * who has one of them, and then keeps none.
   */
  async claimPorts(name: string, ports: readonly BoundPort[]): Promise<void> {
    await this.#ports.claim(name, ports)
  }

  /** All that a start needs, or nothing: what was made is taken away again when a part of it fails. */
  async prepare({ name, spec }: ContainerRecord): Promise<Confined> {
    await this.claimPorts(name, spec.ports)
    try {
      const [cgroup, { namespace, ...rest }] = await both(this.#makeCgroup(name, spec), this.#makeNetwork(name, spec))
      this.#cgroups?.hasten()
      return { confines: { cgroup, namespace }, ...rest }
    } catch (error) {
      await this.release(name)
      throw error
    }
  }

  /** Opens the host's side of the network: forwarding and ports. Goes on beside the start, and can be done again. */
  async publish({ name, spec }: ContainerRecord): Promise<void> {
    if (spec.network === 'bridge') await this.#networks?.publish(name)
  }

  /** The address that a container has been given, for one that outlived a daemon which had not noted it. */
  addressOf(name: string): string | null {
    return this.#networks?.addressOf(name) ?? null
  }

  /** Where a process has to be to be in the container with all that counts. */
  procsFiles(name: string): readonly string[] {
    return this.#cgroups?.procsFiles(name) ?? []
  }

  /** What a further program of a container runs within. */
  confinesOf(name: string): Confines {
    this.#cgroups?.hasten()
    return { cgroup: this.procsFiles(name), namespace: this.#networks?.namespaceOf(name) ?? null }
  }

  /** Takes everything away. What can't be taken is logged, and tried again at the next start of the container or daemon. */
  async release(name: string): Promise<void> {
    await both(
      this.#orLog(name, async () => this.#networks?.detach(name)),
      this.#orLog(name, async () => this.#cgroups?.remove(name)),
    )
    this.#ports.release(name)
  }

  /** Takes away what is nobody's, and knows again what these containers have. To be called before anything else. */
  async sweep(inUse: readonly ContainerRecord[]): Promise<void> {
    const names = new Set(inUse.map(({ name }) => name))
    for (const { name, spec } of inUse) this.#ports.keep(name, spec.ports)
    await this.#networks?.sweep(names)
    for (const name of (await this.#cgroups?.list()) ?? []) {
      if (!names.has(name)) await this.#orLog(name, async () => this.#cgroups?.remove(name))
      else await this.#orLog(name, async () => this.#cgroups?.complete(name), 'not completed')
    }
  }

  /** Whether the kernel ended processes of it for want of memory. */
  async ranOutOfMemory(name: string): Promise<boolean> {
    return ((await this.#cgroups?.oomKills(name)) ?? 0) > 0
  }

  async isFrozen(name: string): Promise<boolean> {
    return (await this.#cgroups?.isFrozen(name)) ?? false
  }

  async freeze(name: string): Promise<void> {
    const cgroups = this.#required('pause_failed', `${name} can't be paused`)
    await cgroups.freeze(name).catch(failAs('pause_failed'))
  }

  async thaw(name: string): Promise<void> {
    await this.#cgroups?.thaw(name)
  }

  async limit(name: string, limits: Limits): Promise<void> {
    const cgroups = this.#required('limits_unavailable', `${name} can't be limited`)
    await cgroups.update(name, limits).catch(failAs('limit_refused'))
  }

  /** Takes away what is only there for containers, when none has anything any more. */
  async close(): Promise<void> {
    await this.#cgroups?.close()
  }

  async #makeCgroup(name: string, { cpus, memory, pids }: ContainerSpec): Promise<readonly string[]> {
    await this.#cgroups?.create(name, { cpus, memory, pids }).catch(failAs('start_failed'))
    return this.procsFiles(name)
  }

  async #makeNetwork(container: string, { network, ports }: ContainerSpec) {
    if (network !== 'host' && this.#networks) {
      return { isolated: false, ...(await this.#networks.attach({ container, network, ports })) }
    }
    return { isolated: network === 'none', namespace: null, address: null, files: [], warnings: [] }
  }

  async #orLog(container: string, work: () => Promise<void>, event = 'not released') {
    try {
      await work()
    } catch (error) {
      this.#log.error({ event, container, err: error })
    }
  }

  #required(code: 'limits_unavailable' | 'pause_failed', what: string): Cgroups {
    if (this.#cgroups) return this.#cgroups
    throw apiError(code, `${what}: ${this.#lacking}`)
  }
}

const failAs = (code: ErrorCode) => (error: Error) => {
  throw apiError(code, error.message, error)
}
