import { join } from 'node:path'
import { openCgroups } from '../../packages/daemon/src/host/cgroups/cgroups.ts'
import { createVolumeHub } from '../../packages/daemon/src/host/mounts/hub.ts'
import { createNetworks } from '../../packages/daemon/src/host/network/networks.ts'
import { createLog } from '../../packages/daemon/src/log.ts'
import { isRoot } from './account.ts'

/** Ends all that is in the cgroups of a home: what is frozen there takes no signal. */
export const clearCgroups = async (home: string): Promise<void> => {
  if (!isRoot) return
  const found = await openCgroups(home)
  if (!('cgroups' in found)) return
  for (const container of await found.cgroups.list()) await found.cgroups.remove(container)
  await found.cgroups.close()
}

/** Takes away the networks and mounts that root daemons on a home have left for its containers, which have ended. */
export const clearHost = async (home: string): Promise<void> => {
  if (!isRoot) return
  const orchestrator = join(home, 'orchestrator')
  const log = createLog({ debug: false, stream: process.stderr, colour: false })
  await createNetworks({
    folder: join(orchestrator, 'network'),
    homeRoot: home,
    subnet: undefined,
    dns: [],
    log,
  }).sweep(new Set())
  const hub = createVolumeHub({ run: join(orchestrator, 'run'), staging: join(orchestrator, 'staging') })
  await hub.clear()
  await hub.close()
}
