import { constants } from 'node:fs'
import { open, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Exclusive } from '../../exclusive.ts'
import { ownAccount } from '../account.ts'
import { makeFolder } from '../folders.ts'
import { isolatedHosts, sharedHosts } from './hosts.ts'
import { type Resolver, resolverFor } from './resolv-conf.ts'

/** The files of the host that containers see in the place of their own. */
export interface NetworkFiles {
  readonly resolvConf: string
  readonly hosts: string
  /** Brings resolv.conf up to date with the host's. */
  readonly writeResolvConf: () => Promise<Resolver>
  /** Brings hosts up to date; `addresses` is asked when it is this one's turn. */
  readonly writeHosts: (addresses: () => readonly (readonly [string, string])[]) => Promise<void>
  /** Makes the hosts file of a container without a network; its path. */
  readonly makeIsolatedHosts: (container: string) => Promise<string>
  readonly removeIsolatedHosts: (container: string) => Promise<void>
}

export const openFiles = async (folder: string, dns: readonly string[]): Promise<NetworkFiles> => {
  const isolated = join(folder, 'isolated')
  await makeFolder(isolated, { ...ownAccount(), mode: 0o755 })
  const resolvConf = join(folder, 'resolv.conf')
  const hosts = join(folder, 'hosts')
  const inTurn = new Exclusive()
  return {
    resolvConf,
    hosts,
    writeResolvConf: async () => {
      const resolver = await chooseResolver(dns)
      await inTurn.run(resolvConf, () => rewrite(resolvConf, resolver.text))
      return resolver
    },
    writeHosts: (addresses) => inTurn.run(hosts, () => rewrite(hosts, sharedHosts(addresses()))),
    makeIsolatedHosts: async (container) => {
      const path = join(isolated, container)
      await rewrite(path, isolatedHosts(container))
      return path
    },
    removeIsolatedHosts: (container) => rm(join(isolated, container), { force: true }),
  }
}

// Where systemd-resolved and NetworkManager's dnsmasq, which answer on loopback, say whom they ask.
const upstreamFiles = ['/run/systemd/resolve/resolv.conf', '/run/NetworkManager/no-stub-resolv.conf']

const chooseResolver = async (dns: readonly string[]): Promise<Resolver> => {
  const [host = '', ...upstream] = await Promise.all(['/etc/resolv.conf', ...upstreamFiles].map(readOrEmpty))
  return resolverFor({ dns, host, upstream })
}

const readOrEmpty = (path: string) =>
  readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return ''
    throw error
  })

/** Gives a file another text in place: containers have just this file bound, and would go on reading one that was replaced. */
const rewrite = async (path: string, text: string): Promise<void> => {
  await using file = await open(path, constants.O_WRONLY | constants.O_CREAT | constants.O_NOFOLLOW, 0o644)
  await file.chmod(0o644) // whatever the umask: containers run as other accounts
  const bytes = Buffer.from(text)
  await file.write(bytes, 0, bytes.length, 0)
  await file.truncate(bytes.length)
}
