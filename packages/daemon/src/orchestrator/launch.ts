import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Engine } from '../engine.ts'
import type { Home } from '../home.ts'
import { type Account, ownAccount } from '../host/account.ts'
import { makeFolder, removeTree, writeOwnFile } from '../host/folders.ts'
import type { ImageCache } from '../images/cache.ts'
import type { ContainerRecord } from '../store/record.ts'
import { recheckVolumes } from './volumes.ts'

export interface Launcher {
  readonly home: Home
  readonly engine: Engine
  readonly images: ImageCache
}

export interface Launched {
  readonly record: ContainerRecord
  /** The data folder was there before: an earlier container's data are this one's now. */
  readonly foundData: boolean
}

/**
 * Brings a container up: image, data folder, instance. Returns its record as it is then; it is the caller's to save.
 * A failure undoes what this call made and is thrown on.
 */
export const launch = async (
  { home, engine, images }: Launcher,
  record: ContainerRecord,
  account: Account,
): Promise<Launched> => {
  const { name, spec } = record
  await recheckVolumes(spec.volumes, home)
  const data = home.dataOf(name, spec.image_label)
  const image = await images.ensure(spec.image, account, record.image_key)
  const made = await makeDataFolder(data, account)
  try {
    const process = await engine.start({
      container: name,
      account,
      rootfs: image.rootfs,
      data,
      command: spec.command,
      workingDir: spec.working_dir,
      environment: spec.environment,
      volumes: spec.volumes,
      gpu: spec.gpu,
    })
    const running: ContainerRecord = {
      ...record,
      state: 'running',
      image_key: image.key,
      boot_id: process.boot_id,
      process,
      exit_code: null,
      error: null,
      started_at: new Date().toISOString(),
      finished_at: null,
    }
    // Not waited for to reach the disk: it matters only when `save` and its backup are both lost.
    await writeOwnFile(join(home.records, name), JSON.stringify(running), 0o600)
    return { record: running, foundData: !made }
  } catch (error) {
    // One that ran before keeps what it has, its output too.
    if (made) {
      await engine.forget(name, account)
      await removeTree(data)
    }
    throw error
  }
}

/** The folder is the daemon's; the overlay in it is the account's. */
const makeDataFolder = async (path: string, account: Account): Promise<boolean> => {
  const made = await makeFolder(path, { uid: ownAccount().uid, gid: account.gid, mode: 0o750 })
  await makeFolder(join(path, 'overlay'), { uid: account.uid, gid: account.gid, mode: 0o700 })
  return made
}

/** The data folders of a container's name, whatever the image. */
export const dataFoldersOf = async (home: Home, name: string): Promise<string[]> =>
  (await readdir(home.root)).filter((entry) => entry.startsWith(`${name}:`)).map((entry) => join(home.root, entry))
