import { join } from 'node:path'
import type { Log } from '../../log.ts'
import { ownAccount } from '../account.ts'
import { makeFolder } from '../folders.ts'
import { type Attachments, openAttachments } from './attachments.ts'
import { type Bridge, createBridge } from './bridge.ts'
import { type NetworkFiles, openFiles } from './files.ts'
import { createFirewall, type Firewall } from './firewall.ts'
import type { Names } from './names.ts'

/** What all networks of a home's containers stand on. */
export interface Ground {
  readonly names: Names
  readonly attachments: Attachments
  readonly files: NetworkFiles
  readonly bridge: Bridge
  readonly firewall: Firewall
  /** Folder where host-local notes the addresses that it has given. */
  readonly leases: string
  readonly log: Log
}

export interface GroundOptions {
  readonly folder: string
  readonly names: Names
  readonly subnet: string | undefined
  readonly dns: readonly string[]
  readonly log: Log
}

/** Makes the folders, and reads what an earlier daemon has noted. */
export const openGround = async ({ folder, names, subnet, dns, log }: GroundOptions): Promise<Ground> => {
  await makeFolder(folder, { ...ownAccount(), mode: 0o755 })
  const leases = join(folder, 'leases')
  return {
    names,
    attachments: await openAttachments(join(folder, 'attachments'), log),
    files: await openFiles(folder, dns),
    bridge: createBridge({ names, subnet, leases, log }),
    firewall: createFirewall(),
    leases,
    log,
  }
}

/** Whether a container has an address, and so would lose its network with the bridge. */
export const hasAddresses = ({ attachments }: Ground): boolean =>
  attachments.list().some(([, { address }]) => address !== null)

/** Takes the bridge away when no container is on it, nor about to be. */
export const removeUnusedBridge = async ({ attachments, bridge, firewall }: Ground): Promise<void> => {
  const isGone = await bridge.removeUnless(() => attachments.list().some(([, { network }]) => network === 'bridge'))
  if (isGone) firewall.forget()
}

/** Brings the file up to date in which containers on the bridge find each other. */
export const writeHosts = ({ attachments, files }: Ground): Promise<void> =>
  files.writeHosts(() =>
    attachments
      .list()
      .flatMap(([container, { address }]): [string, string][] => (address === null ? [] : [[container, address]])),
  )
