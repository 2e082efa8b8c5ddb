import { createHash } from 'node:crypto'
import { join } from 'node:path'

/**
 * Where the files are that hold network namespaces. Not /run/netns itself: the first `ip netns add` on a host mounts that over
 * itself, and what was mounted in it before can't be unmounted from then on.
 */
export const namespaces = '/run/aptorch/netns'

/** Where ip-netns(8) looks for them, and finds links. */
export const namespaceLinks = '/run/netns'

/** What everything of one home is called on the host, so that several daemons do not get into each other's way. */
export interface Names {
  /** Of the bridge, and of the network for the CNI plugins: 14 of the 15 characters that an interface's name may have. */
  readonly bridge: string
  /** The bridge's hardware address. One that is set stays; otherwise it would change as containers come and go. */
  readonly hardware: string
  /** A number that differs from home to home. */
  readonly seed: number
  /** A container's id for the CNI plugins. */
  readonly idOf: (container: string) => string
  /** The file that holds a container's network namespace. */
  readonly namespaceOf: (container: string) => string
  /** The container that such a file, or a link to it, belongs to; undefined for one that is not ours. */
  readonly containerOf: (file: string) => string | undefined
}

export const namesOf = (homeRoot: string): Names => {
  const hash = createHash('sha256').update(homeRoot).digest('hex')
  const short = hash.slice(0, 6)
  const prefix = `aptorch-${short}-`
  return {
    bridge: `aptorch-${short}`,
    hardware: `02:${hash.slice(0, 10).replace(/..(?=.)/g, '$&:')}`, // 02: administered locally
    seed: Number.parseInt(hash.slice(6, 14), 16),
    idOf: (container) => `${short}-${container}`,
    namespaceOf: (container) => join(namespaces, `${prefix}${container}`),
    containerOf: (file) => (file.startsWith(prefix) ? file.slice(prefix.length) : undefined),
  }
}

/** Whether an interface is the bridge of some home. */
export const isBridge = (link: string): boolean => /^aptorch-[0-9a-f]{6}$/.test(link)
