import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { apiError, type BoundVolume } from '@aptorch/shared'
import { both } from '../both.ts'
import type { Engine, StartPlan } from '../engine.ts'
import type { Home } from '../home.ts'
import { type Account, ownAccount } from '../host/account.ts'
import { makeFolder, removeTree, writeOwnFile } from '../host/folders.ts'
import { isWithin } from '../host/paths.ts'
import type { ProcessIdentity } from '../host/process.ts'
import type { ImageCache } from '../images/cache.ts'
import type { Logs } from '../logs/logs.ts'
import type { ContainerRecord } from '../store/record.ts'
import type { Confined, Confinement } from './confinement.ts'
import type { Volumes } from './volumes.ts'

export interface Launcher {
  readonly home: Home
  readonly engine: Engine
  readonly images: ImageCache
  readonly confinement: Confinement
  readonly volumes: Volumes
  readonly logs: Logs
}

export interface Launched {
  readonly record: ContainerRecord
  /** The data folder was there before: an earlier container's data are this one's now. */
  readonly foundData: boolean
  readonly warnings: readonly string[]
}

/**
 * Brings a container up: image, data folder, network and cgroup, instance. Returns its record as it is then; it is the
 * caller's to save. A failure undoes what this call made and is thrown on.
 */
export const launch = async (launcher: Launcher, record: ContainerRecord, account: Account): Promise<Launched> => {
  const { home, engine, images, confinement, volumes, logs } = launcher
  const { name, spec } = record
  await volumes.recheck(spec.volumes)
  const data = home.dataOf(name, spec.image_label)
  const image = await images.ensure(spec.image, account, record.image_key)
  const made = await makeDataFolder(data, account)
  try {
    const [confined] = await both(confinement.prepare(record), logs.prepare(name, account))
    const process = await startConfined(launcher, record, confined, { rootfs: image.rootfs, data, account })
    const running: ContainerRecord = {
      ...record,
      state: 'running',
      image_key: image.key,
      boot_id: process.boot_id,
      process,
      address: confined.address,
      exit_code: null,
      oom_killed: false,
      error: null,
      health: spec.health_check === null ? null : 'starting',
      health_output: null,
      started_at: new Date().toISOString(),
      finished_at: null,
    }
    // Not waited for to reach the disk: it matters only when `save` and its backup are both lost.
    await writeOwnFile(join(home.records, name), JSON.stringify(running), 0o600)
    return { record: running, foundData: !made, warnings: confined.warnings }
  } catch (error) {
    await confinement.release(name)
    // One that ran before keeps what it has, its output too.
    if (made) {
      await engine.forget(name, account)
      await removeTree(data)
    }
    throw error
  }
}

// For about so long Apptainer keeps processors busy; then it mostly sleeps until the container's first instruction, and what
// works beside it does not slow it down any more.
const busyMs = 80

/**
 * Starts the instance while the host's side of its network is opened: that takes about as long as Apptainer takes until it
 * comes to the container's first instruction. Neither is left without the other.
 */
const startConfined = async (
  { engine, confinement, volumes }: Launcher,
  record: ContainerRecord,
  { confines, isolated, files }: Confined,
  { rootfs, data, account }: Pick<StartPlan, 'rootfs' | 'data' | 'account'>,
): Promise<ProcessIdentity> => {
  const { name, spec } = record
  const staged = await volumes.stage(name, spec.volumes)
  try {
    const starting = engine.start({
      container: name,
      account,
      rootfs,
      data,
      command: spec.command,
      workingDir: spec.working_dir,
      environment: spec.environment,
      volumes: [...standIns(files, spec.volumes), ...staged.volumes],
      gpu: spec.gpu,
      confines,
      isolated,
    })
    const publishing = sleep(busyMs).then(() => confinement.publish(record))
    const [started, published] = await Promise.allSettled([starting, publishing])
    if (started.status === 'rejected') {
      if (await confinement.ranOutOfMemory(name)) throw starvedAtStart(record, started.reason)
      throw started.reason
    }
    if (published.status === 'fulfilled') return started.value
    await engine.stop({ container: name, account, process: started.value }, 0)
    throw published.reason
  } finally {
    await staged.remove()
  }
}

const starvedAtStart = ({ name, spec }: ContainerRecord, cause: unknown) =>
  apiError(
    'start_failed',
    `${name} could not be started: its memory of ${Math.round((spec.memory ?? 0) / 2 ** 20)} MiB is not enough for it`,
    cause,
  )

/** A volume over a folder, such as /etc, brings what is in it: then nothing of ours stands in for that. */
const standIns = (files: Confined['files'], volumes: readonly BoundVolume[]): BoundVolume[] =>
  files
    .filter(([, inside]) => !volumes.some((volume) => isWithin(inside, volume.container_location)))
    .map(([host_location, container_location]) => ({ host_location, container_location, read_only: true }))

/** The folder is the daemon's; the overlay in it is the account's. */
const makeDataFolder = async (path: string, account: Account): Promise<boolean> => {
  const made = await makeFolder(path, { uid: ownAccount().uid, gid: account.gid, mode: 0o750 })
  await makeFolder(join(path, 'overlay'), { uid: account.uid, gid: account.gid, mode: 0o700 })
  return made
}

/** The data folders of a container's name, whatever the image. */
export const dataFoldersOf = async (home: Home, name: string): Promise<string[]> =>
  (await readdir(home.root)).filter((entry) => entry.startsWith(`${name}:`)).map((entry) => join(home.root, entry))
