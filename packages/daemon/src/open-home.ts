import { lstat, mkdir, readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { HostPath } from '@aptorch/shared'
import { type Home, homeAt } from './home.ts'
import { type Account, ownAccount } from './host/account.ts'
import { accountCan } from './host/accounts.ts'
import { isFolder, makeFolder, nearestExisting } from './host/folders.ts'
import { isWithin } from './host/paths.ts'
import type { RawSettings } from './settings.ts'

const kernels = ['/proc', '/sys', '/dev']

/** Makes the daemon's folders. Rejects with an Error that says why that home can't be had. */
export const openHome = async (root: string): Promise<Home> => {
  if (!HostPath.safeParse(root).success) {
    throw new Error(`--home: got "${root}", want an absolute path without "..", ",", ":", "\\" or control characters`)
  }
  if (kernels.some((folder) => isWithin(root, folder)))
    throw new Error(`--home: ${root} is in the kernel's own folders`)
  const home = homeAt(root)
  const { uid, gid } = ownAccount()
  const mode = uid === 0 ? 0o711 : 0o700 // the containers' account must get through, where it is another
  await orSayWhy(root, async () => {
    await mkdir(dirname(root), { recursive: true })
    // One that is there already keeps its mode: it may hold other things too.
    if (!(await isFolder(root))) await makeFolder(root, { uid, gid, mode })
  })
  await refuseSharedFolder(root, uid)
  await orSayWhy(root, async () => {
    for (const path of [home.orchestrator, home.accounts, home.run]) await makeFolder(path, { uid, gid, mode })
    await makeFolder(home.records, { uid, gid, mode: 0o700 })
    await makeFolder(home.empty, { uid, gid, mode: 0o755 })
  })
  return home
}

/** The settings of `config.json`; none when there is no such file. */
export const readConfig = async (path: string): Promise<RawSettings> => {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '{}'
    throw error
  })
  let config: unknown
  try {
    config = JSON.parse(text)
  } catch (error) {
    throw new Error(`${path} is not JSON: ${(error as Error).message}`, { cause: error })
  }
  if (typeof config === 'object' && config !== null && !Array.isArray(config)) return config as RawSettings
  throw new Error(`${path}: got ${text.trim().slice(0, 40)}, want a JSON object`)
}

/** The account that runs the containers must get to what it owns in there. */
export const checkReach = async (account: Account, { root, orchestrator }: Home): Promise<void> => {
  if (await accountCan(account, 'x', orchestrator)) return
  throw new Error(
    `--home: the account ${account.name}, which runs the containers, can't reach ${root}; a folder above it shuts others out (chmod o+x it, or choose another home)`,
  )
}

const orSayWhy = async (root: string, work: () => Promise<void>) => {
  try {
    await work()
  } catch (error) {
    const there = await nearestExisting(root)
    const why = (error as Error).message
    throw new Error(`--home: ${root} can't be made or written (${why}); choose another, or make ${there} writable`, {
      cause: error,
    })
  }
}

/** Whoever can write in the home could put folders of their own in the place of ours. */
const refuseSharedFolder = async (root: string, uid: number) => {
  const found = await lstat(root)
  if (found.uid !== uid && found.uid !== 0) {
    throw new Error(`--home: ${root} belongs to user ${found.uid}; want a folder of your own`)
  }
  if ((found.mode & 0o022) !== 0) {
    throw new Error(`--home: others can write in ${root}; chmod go-w it, or choose another home`)
  }
}
