import { access, readFile } from 'node:fs/promises'
import type { CapabilityName } from '@aptorch/shared'
import type { Account } from './account.ts'
import type { FoundCgroups } from './cgroups/cgroups.ts'
import type { FoundHub } from './mounts/hub.ts'
import type { Networks } from './network/networks.ts'
import { inNamespace, runToolAs } from './tool.ts'

export interface Capability {
  readonly available: boolean
  readonly reason: string
}

export interface CapabilityFacts {
  readonly account: Account
  /** Undefined for a daemon that is not root. */
  readonly networks: Networks | undefined
  readonly cgroups: FoundCgroups
  readonly volumes: FoundHub
}

/** What this host can and can't do, each with why, or what to do about it. */
export const probeCapabilities = async ({
  account,
  networks,
  cgroups,
  volumes,
}: CapabilityFacts): Promise<Record<CapabilityName, Capability>> => {
  const fakeroot = await probeFakeroot(account)
  return {
    fakeroot,
    overlay: await probeOverlay(fakeroot),
    network: await probeNetwork(networks),
    live_volumes:
      'hub' in volumes
        ? yes('volumes can be added to and taken from containers while they run')
        : no(`${volumes.reason}; changes hold from the next restart on`),
    cgroups: 'cgroups' in cgroups ? yes(cgroups.cgroups.description) : no(cgroups.reason),
  }
}

const probeNetwork = async (networks: Networks | undefined): Promise<Capability> => {
  if (!networks) return no("only a daemon that is root can give containers an address; they share the host's network")
  const lacking = await networks.whyNoBridge()
  return lacking === undefined ? yes('containers get an address of their own (network bridge)') : no(lacking)
}

const probeFakeroot = async (account: Account): Promise<Capability> => {
  for (const file of ['/etc/subuid', '/etc/subgid']) {
    const range = (await read(file))
      .split('\n')
      .find((line) => line.startsWith(`${account.name}:`) || line.startsWith(`${account.uid}:`))
    if (!range)
      return no(
        `${account.name} has no range in ${file}; as root: usermod --add-subuids 100000-165535 --add-subgids 100000-165535 ${account.name} (with ids that are free)`,
      )
  }
  const { ok, stderr } = await runToolAs(account, ...inNamespace, 'true')
  if (ok) return yes(`${account.name} has subordinate ids and can make user namespaces`)
  return no(
    `${account.name} can't make a user namespace with its subordinate ids: ${stderr.trim()} (install uidmap; check kernel.unprivileged_userns_clone and user.max_user_namespaces)`,
  )
}

const probeOverlay = async (fakeroot: Capability): Promise<Capability> => {
  if (!fakeroot.available) return no('it needs fakeroot')
  if (/\boverlay\b/.test(await read('/proc/filesystems'))) return yes('the kernel mounts it')
  return (await isThere('/usr/bin/fuse-overlayfs'))
    ? yes('fuse-overlayfs mounts it, slower than a kernel would')
    : no('the kernel has no overlay (modprobe overlay), and there is no fuse-overlayfs')
}

const read = async (path: string) => readFile(path, 'utf8').catch(() => '') // a file that isn't there holds nothing

const isThere = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  )

const yes = (reason: string): Capability => ({ available: true, reason })
const no = (reason: string): Capability => ({ available: false, reason })
