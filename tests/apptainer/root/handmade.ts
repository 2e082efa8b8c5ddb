import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test as base, inject } from 'vitest'
import { openContainerMounts } from '../../../packages/daemon/src/host/mounts/container.ts'
import { createVolumeHub, type VolumeHub } from '../../../packages/daemon/src/host/mounts/hub.ts'
import { readMounts } from '../../../packages/daemon/src/host/mounts/mountinfo.ts'
import { type HostPlace, openPlace } from '../../../packages/daemon/src/host/mounts/place.ts'
import { identify, isAlive, type ProcessIdentity } from '../../../packages/daemon/src/host/process.ts'
import { containerAccount, makeFolder, removeFolder, until } from '../../harness.ts'

/** What the kernel makes of a container that Apptainer starts, without Apptainer: in 50 ms, and open to any mischief. */
export interface Handmade {
  readonly identity: ProcessIdentity
  /** Runs a shell line as root of the container. */
  readonly run: (line: string) => string
  readonly end: () => Promise<void>
}

// As root of a new user namespace. Its root is a copy of the image in memory; nothing of the host's is left in its tree.
const becomeContainer = `
set -e
mount -t tmpfs -o mode=755 tmpfs "$1"
cp -rP "$2/." "$1"
cd "$1"
mkdir .aptorch old
[ -z "$3" ] || mount --rbind "$3" .aptorch
mount -t proc proc proc
pivot_root . old
umount -l old
echo ready
exec sleep 1000
`
const namespaces = ['--user', '--map-root-user', '--mount', '--pid', '--net', '--ipc', '--uts', '--cgroup'] as const

/** Starts one that has the run folder as a slave at /.aptorch, or none. */
const startHandmade = async (root: string, runFolder: string): Promise<Handmade> => {
  const { uid, gid } = containerAccount
  const asAccount = [`--reuid=${uid}`, `--regid=${gid}`, '--clear-groups', '--']
  const unshare = ['unshare', ...namespaces, '--fork', '--kill-child', '--propagation=slave', '--']
  const child = spawn(
    'setpriv',
    [...asAccount, ...unshare, 'sh', '-c', becomeContainer, 'init', root, inject('image'), runFolder],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  await Promise.race([once(child.stdout, 'data'), once(child, 'exit')])
  const pid = Number(readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8'))
  const identity = identify(pid)
  if (!identity) throw new Error('the container ended at once')
  const enter = [
    `--target=${pid}`,
    '--user',
    '--mount',
    '--pid',
    '--net',
    '--ipc',
    '--uts',
    '--cgroup',
    '--',
    'sh',
    '-c',
  ]
  const run = (line: string) => execFileSync('nsenter', [...enter, line], { encoding: 'utf8', stdio: 'pipe' }).trim()
  return { identity, run, end: () => endOf(child, identity) }
}

const endOf = async (child: ChildProcess, identity: ProcessIdentity) => {
  child.kill('SIGKILL')
  await until('the container to end', () => child.exitCode ?? child.signalCode ?? false)
  await until('its first process to end', () => !isAlive(identity))
}

/** A hub in folders of the test's own, with a volume beside them, and a container that hangs on it. */
export const test = base
  .extend('folder', ({ onTestFinished }) => {
    const folder = makeFolder(inject('workshop'), 'mounts')
    onTestFinished(async () => {
      for (const point of (await mountedIn(folder)).toReversed()) execFileSync('umount', ['-l', point])
      await removeFolder(folder)
    })
    return folder
  })
  .extend('volume', ({ folder }) => {
    const volume = join(folder, 'volume')
    mkdirSync(join(volume, 'sub'), { recursive: true })
    chownSync(volume, containerAccount.uid, containerAccount.gid)
    return volume
  })
  .extend('run', ({ folder }) => {
    const run = join(folder, 'run')
    mkdirSync(join(run, 'c'), { recursive: true })
    chownSync(join(run, 'c'), 0, containerAccount.gid)
    return run
  })
  .extend('hub', async ({ folder, run }) => {
    const hub = createVolumeHub({ run, staging: join(folder, 'staging') })
    await hub.open()
    return hub
  })
  .extend('container', async ({ folder, run, hub: _ }, { onCleanup }) => {
    const root = makeFolder(folder, 'root')
    const container = await startHandmade(root, join(run, 'c'))
    onCleanup(container.end)
    return container
  })
  .extend('apart', async ({ folder }, { onCleanup }) => {
    const container = await startHandmade(makeFolder(folder, 'root'), '')
    onCleanup(container.end)
    return container
  })

/** Opens what is there. */
export const openAt = async (path: string): Promise<HostPlace> => {
  const place = await openPlace(path)
  if (!place) throw new Error(`${path} is neither a folder nor a file`)
  return place
}

/** Mount points of the host in a folder. */
export const mountedIn = async (folder: string): Promise<string[]> =>
  (await readMounts()).map(({ point }) => point).filter((point) => point.startsWith(`${folder}/`))

/** Mounts a file system in memory. */
export const mountMemory = (point: string, options = 'mode=777'): void => {
  mkdirSync(point, { recursive: true })
  execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'aptorch-test', point])
}

/** Binds a volume as the daemon does: staged, bound, and no longer staged. Returns its mount point. */
export const bindLive = async (
  hub: VolumeHub,
  { identity }: Handmade,
  volume: string,
  to: string,
  { readOnly = false, procsFiles = [] }: { readOnly?: boolean; procsFiles?: readonly string[] } = {},
): Promise<string> => {
  await using place = await openAt(volume)
  const staged = await hub.stage('c', place, readOnly)
  try {
    await using inside = await openContainerMounts(identity, procsFiles)
    await inside.makePoint(place.kind, to)
    return await inside.bind(staged, to)
  } finally {
    await staged.remove()
  }
}
