import { realpathSync } from 'node:fs'
import type { BoundPort } from '@aptorch/shared'
import { Exclusive } from '../../exclusive.ts'
import type { Log } from '../../log.ts'
import { attach, clear, publish } from './container-network.ts'
import { type Ground, openGround, removeUnusedBridge } from './ground.ts'
import { namesOf } from './names.ts'
import { listNamespaces } from './namespace.ts'
import { portHolder, type WantedPort } from './port-holder.ts'
import { whyNoBridge } from './requirements.ts'

export interface NetworkOrder {
  readonly container: string
  readonly network: 'bridge' | 'none'
  readonly ports: readonly BoundPort[]
}

export interface Attachment {
  /** File that holds the network namespace, such as /run/aptorch/netns/aptorch-1a2b3c-web. */
  readonly namespace: string
  /** IPv4 address in the network; null for "none". */
  readonly address: string | null
  /** Files of the host that the container is to see, read-only, in the place of its own: host path, container path. */
  readonly files: readonly (readonly [string, string])[]
  /** For whoever starts the container; empty when all is well. */
  readonly warnings: readonly string[]
}

/**
 * The containers' networks: a namespace each and, with "bridge", an address on a bridge that all of a home's containers share.
 * What is made is noted on disk before, and can be taken away at any later time, also by another daemon of the same home.
 * Calls for one container run in the order in which they came.
 */
export interface Networks {
  /**
   * Makes namespace, interface, address and route, before anything of the container runs. What an earlier run of that name left
   * is cleared first; what was made is undone on failure. Rejects with an ApiError "network_unavailable" that says what the host
   * lacks, or with the error of a full disk.
   */
  attach(order: NetworkOrder): Promise<Attachment>
  /** Opens the host's side: forwarding and published ports. Can be done again; undone on failure. */
  publish(container: string): Promise<void>
  /** Takes all of it away. "Already gone" is success. When a step fails the others are still done; can be tried again. */
  detach(container: string): Promise<void>
  /**
   * Detaches all but these, and clears what is nobody's; to be called at the daemon's start. What can't be cleared is logged
   * and tried again the next time.
   */
  sweep(inUse: ReadonlySet<string>): Promise<void>
  /** The address that a container has, as far as is known since `sweep`; null when it has none. */
  addressOf(container: string): string | null
  /** The file that holds a container's network namespace, as far as is known since `sweep`; null when it has none. */
  namespaceOf(container: string): string | null
  /** Who holds a port of the host, in words; undefined when it is free or one of our own containers' has it. */
  portHolder(port: WantedPort): Promise<string | undefined>
  /** See `whyNoBridge`; that all is there is asked only once. */
  whyNoBridge(): Promise<string | undefined>
}

export interface NetworksOptions {
  /** The daemon's own folder for this, made when it isn't there; all must be able to pass through those above it. */
  readonly folder: string
  readonly homeRoot: string
  /** IPv4 network for the containers, such as 10.88.0.0/20; undefined for one that is free. */
  readonly subnet: string | undefined
  /** Nameservers for the containers; empty for the host's. */
  readonly dns: readonly string[]
  readonly log: Log
}

export const createNetworks = ({ homeRoot, ...options }: NetworksOptions): Networks => {
  const { log } = options
  const names = namesOf(realpathSync(homeRoot))
  const inTurn = new Exclusive()
  let opening: Promise<Ground> | undefined
  let ground: Ground | undefined
  let isComplete = false

  const open = async (): Promise<Ground> => {
    opening ??= openGround({ names, ...options })
    try {
      ground = await opening
      return ground
    } catch (error) {
      opening = undefined // the next call tries again
      throw error
    }
  }

  const detach = (container: string) => inTurn.run(container, async () => clear(await open(), container))

  return {
    attach: (order) =>
      inTurn.run(order.container, async () => {
        const began = performance.now()
        const { container, network } = order
        const attachment = await attach(await open(), order)
        const { address } = attachment
        log.debug({ event: 'network attached', container, network, address, ms: since(began) })
        return attachment
      }),

    publish: (container) =>
      inTurn.run(container, async () => {
        const began = performance.now()
        await publish(await open(), container)
        log.debug({ event: 'network published', container, ms: since(began) })
      }),

    detach,

    portHolder: (port) => portHolder(port, names.bridge),

    sweep: async (inUse) => {
      const opened = await open()
      const strays = (await listNamespaces()).flatMap((file) => names.containerOf(file) ?? [])
      const all = new Set([...opened.attachments.list().map(([container]) => container), ...strays])
      const unused = [...all].filter((container) => !inUse.has(container))
      const clearing = unused.map((container) =>
        detach(container).catch((err: Error) => log.error({ event: 'network not cleared', container, err })),
      )
      await Promise.all(clearing)
      await removeUnusedBridge(opened).catch((err: Error) => log.error({ event: 'bridge not cleared', err }))
    },

    namespaceOf: (container) => (ground?.attachments.get(container) ? names.namespaceOf(container) : null),

    addressOf: (container) => ground?.attachments.get(container)?.address ?? null,

    whyNoBridge: async () => {
      if (isComplete) return undefined
      const lacking = await whyNoBridge()
      isComplete = lacking === undefined
      return lacking
    },
  }
}

const since = (began: number) => Math.round(performance.now() - began)
