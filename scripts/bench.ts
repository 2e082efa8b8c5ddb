// Times what the README promises, each figure beside what it is compared to, in turn and in one run: machines are noisy.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { chmodSync, chownSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { type Client, createClient, createTransport, type RequestInput } from '@aptorch/shared'
import { startArguments } from '../packages/daemon/src/apptainer/arguments.ts'
import { homeAt } from '../packages/daemon/src/home.ts'
import { type Account, ownAccount, spawnAs } from '../packages/daemon/src/host/account.ts'
import { findAccount } from '../packages/daemon/src/host/accounts.ts'
import { openCgroups } from '../packages/daemon/src/host/cgroups/cgroups.ts'
import { confinedCommand } from '../packages/daemon/src/host/launcher.ts'

const rounds = 25
const [busybox = '', apptainer = ''] = process.argv.slice(2)
const isRoot = userInfo().uid === 0

type StartInput = RequestInput<'start'>

interface Bench {
  readonly folder: string
  readonly image: string
  readonly account: Account
  readonly client: Client
}

const main = async () => {
  const folder = mkdtempSync(join(tmpdir(), 'aptorch-bench-'))
  chmodSync(folder, 0o755)
  const account = isRoot ? await findAccount('aptorch-ct') : ownAccount()
  const daemon = spawn(
    resolve('dist/aptorchd'),
    ['--home', join(folder, 'home'), '--socket', join(folder, 'sock'), '--no-tcp'],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  try {
    await ready(daemon)
    const client = createClient(createTransport({ kind: 'socket', path: join(folder, 'sock') }))
    const bench = { folder, image: makeRoot(folder), account, client }
    await benchStart(bench)
    await benchExec(bench)
    if (isRoot) await benchVolume(bench)
  } finally {
    await end(daemon)
    removeAll(folder, account)
  }
}

const limits = { cpus: 2, memory: 2 ** 30, pids: 1000 }

/**
 * `/start` with the image at hand, in the host's network and, as root, with a network of its own and limits, against the same
 * `apptainer instance start` run bare.
 */
const benchStart = async ({ folder, image, account, client }: Bench) => {
  const bare = await prepareBare(folder, image, account)
  const confined = isRoot ? { network: 'bridge' as const, ...limits } : undefined
  // Beside another container: the first one on a host has the bridge to make.
  if (isRoot) await client.start({ image, container_name: 'neighbour', container_command: ['sleep 600'] })
  const round = async () => ({
    daemon: await throughDaemon(client, image, { network: 'host' }),
    bare: await bare(false),
    bareInCgroup: await bare(true),
    confined: confined ? await throughDaemon(client, image, confined) : 0,
  })
  await round()
  const all: Awaited<ReturnType<typeof round>>[] = []
  for (let count = 0; count < rounds; count++) all.push(await round())
  if (isRoot) await client.stop({ container_name: 'neighbour', timeout_s: 0 })
  console.log(`start of a container, image at hand, ${rounds} rounds (median, min–max)`)
  console.log(`  apptainer instance start      ${milliseconds(all.map((one) => one.bare))}`)
  console.log(`    in a cgroup of its own      ${milliseconds(all.map((one) => one.bareInCgroup))}`)
  console.log(`  POST /start                   ${milliseconds(all.map((one) => one.daemon))}`)
  const own = all.map((one) => one.daemon / one.bareInCgroup - 1)
  console.log(`    the daemon's own share      ${percent(own)} (at most 10 %)`)
  if (!isRoot) return
  console.log(`  POST /start, bridge, limits   ${milliseconds(all.map((one) => one.confined))}`)
  const added = all.map((one) => one.confined / (one.daemon - (one.bareInCgroup - one.bare)) - 1)
  console.log(`    network and cgroup          ${percent(added)} (at most 15 %)`)
}

/** A folder bound into a container that runs, where there was none of that name, and taken out again. */
const benchVolume = async ({ folder, image, account, client }: Bench) => {
  const data = join(folder, 'data')
  mkdirSync(data)
  giveTo(account, data)
  await client.start({ image, container_name: 'bench', container_command: ['sleep 600'] })
  const timed = async (work: () => Promise<unknown>) => {
    const began = performance.now()
    await work()
    return performance.now() - began
  }
  const all: { add: number; remove: number }[] = []
  for (let count = 0; count < rounds; count++) {
    const volume = {
      container_name: 'bench',
      host_location: data,
      container_location: `/data${count}`,
      read_only: true,
    }
    const add = await timed(() => client.createvolume(volume))
    all.push({ add, remove: await timed(() => client.removevolume(volume)) })
  }
  await client.stop({ container_name: 'bench', timeout_s: 0 })
  console.log(`a folder of the host in a container that runs, ${rounds} times (median, min–max)`)
  console.log(`  POST /createvolume            ${milliseconds(all.map((one) => one.add))} (at most 50 ms)`)
  console.log(`  POST /removevolume            ${milliseconds(all.map((one) => one.remove))} (at most 50 ms)`)
}

/** `/exec` of `/bin/true` against a bare `apptainer exec` of it in the same container. */
const benchExec = async ({ folder, image, account, client }: Bench) => {
  await client.start({ image, container_name: 'bench', container_command: ['sleep 600'], network: 'host' })
  const instances = homeAt(join(folder, 'home')).accountOf(account.name).instances
  const args = ['--silent', 'exec', '--cleanenv', '--no-eval', '--cwd', '/', 'instance://bench', '/bin/true']
  const bare = () => {
    const began = performance.now()
    runApptainer(args, { account, cwd: '/', folder: instances, config: instances })
    return performance.now() - began
  }
  const ours = async () => {
    const began = performance.now()
    await client.exec({ container_name: 'bench', command: ['/bin/true'] })
    return performance.now() - began
  }
  const all: { bare: number; ours: number }[] = []
  for (let count = 0; count < 2 * rounds; count++) all.push({ bare: bare(), ours: await ours() })
  await remove(client)
  console.log(`a program in a container that runs, ${2 * rounds} times (median, min–max)`)
  console.log(`  apptainer exec                ${milliseconds(all.map((one) => one.bare))}`)
  console.log(`  POST /exec                    ${milliseconds(all.map((one) => one.ours))}`)
  console.log(
    `    added                       ${median(all.map((one) => one.ours - one.bare)).toFixed(1)} ms (at most 15 ms)`,
  )
}

const throughDaemon = async (client: Client, image: string, how: Partial<StartInput>): Promise<number> => {
  const began = performance.now()
  await client.start({ image, container_name: 'bench', container_command: ['sleep 600'], ...how })
  const took = performance.now() - began
  await remove(client)
  return took
}

const remove = async (client: Client) => {
  await client.stop({ container_name: 'bench', timeout_s: 0 })
  await client.deletecont({ container_name: 'bench' })
  await client.deletecontdata({ container_name: 'bench' })
}

interface Bare {
  readonly account: Account
  readonly cwd: string
  readonly folder: string
  /** Where Apptainer keeps what it knows of instances. */
  readonly config: string
  readonly cgroup?: readonly string[]
}

const runApptainer = (args: readonly string[], { account, cwd, folder, config, cgroup = [] }: Bare) => {
  const [file = '', ...all] =
    cgroup.length === 0
      ? [apptainer, ...args]
      : confinedCommand(account, { cgroup, namespace: null }, [apptainer, ...args])
  const { status, stderr } = spawnSync(file, all, {
    ...(cgroup.length === 0 ? spawnAs(account) : {}),
    cwd,
    env: {
      PATH: `${dirname(apptainer)}:/usr/sbin:/usr/bin:/sbin:/bin`,
      HOME: folder,
      LANG: 'C.UTF-8',
      APPTAINER_CONFIGDIR: config,
      APPTAINER_CACHEDIR: join(folder, 'cache'),
      APPTAINER_TMPDIR: folder,
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  if (status !== 0) throw new Error(`apptainer ${args.join(' ')}: ${stderr}`)
}

/** The same image, flags, account and files, in a folder of its own. Returns what times one start. */
const prepareBare = async (folder: string, image: string, account: Account) => {
  const own = join(folder, 'bare')
  const run = join(own, 'run')
  for (const path of [own, run, join(run, 'tools'), join(own, 'tools'), join(own, 'data')]) mkdirSync(path)
  writeFileSync(join(run, 'startscript'), '#!/bin/sh\nsleep 600\n', { mode: 0o755 })
  giveTo(account, own, run, join(own, 'data'))
  const command = (args: readonly string[], cgroup: readonly string[] = []) =>
    runApptainer(args, { account, cwd: join(own, 'data'), folder: own, config: join(own, 'config'), cgroup })
  const rootfs = join(own, 'rootfs')
  command(['--silent', 'build', '--sandbox', '--fakeroot', rootfs, image])
  const start = startArguments(
    {
      container: 'bare',
      account,
      rootfs,
      data: join(own, 'data'),
      command: [],
      workingDir: null,
      environment: {},
      volumes: [],
      gpu: null,
      confines: { cgroup: [], namespace: null },
      isolated: false,
    },
    { folder: run, startScript: join(run, 'startscript'), tools: join(own, 'tools') },
  )
  const found = await openCgroups(own)
  const cgroups = 'cgroups' in found ? found.cgroups : undefined
  return async (inCgroup: boolean): Promise<number> => {
    mkdirSync(join(own, 'data', 'overlay'))
    giveTo(account, join(own, 'data', 'overlay'))
    const began = performance.now()
    if (inCgroup) await cgroups?.create('bare', { cpus: null, memory: null, pids: null })
    command(start, inCgroup ? cgroups?.procsFiles('bare') : [])
    const took = performance.now() - began
    command(['--silent', 'instance', 'stop', '--timeout', '0', 'bare'])
    await cgroups?.remove('bare')
    await cgroups?.close()
    removeAll(join(own, 'data', 'overlay'), account)
    return took
  }
}

const makeRoot = (folder: string): string => {
  const root = join(folder, 'root')
  for (const path of ['', 'bin', 'etc', 'tmp', 'proc', 'sys', 'dev', 'root', 'var']) mkdirSync(join(root, path))
  copyFileSync(busybox, join(root, 'bin', 'busybox'))
  for (const name of ['sh', 'sleep', 'mkdir', 'mv', 'echo', 'true']) symlinkSync('busybox', join(root, 'bin', name))
  writeFileSync(join(root, 'etc', 'passwd'), 'root:x:0:0:root:/root:/bin/sh\n')
  return root
}

const giveTo = (account: Account, ...paths: string[]) => {
  if (isRoot) for (const path of paths) chownSync(path, account.uid, account.gid)
}

const ready = async (daemon: ChildProcess) => {
  if (!daemon.stdout) throw new Error('the daemon has no output')
  for await (const line of createInterface(daemon.stdout)) if (line.includes('is ready')) return
  throw new Error('the daemon did not become ready')
}

const end = (daemon: ChildProcess) =>
  new Promise((done) => {
    daemon.once('exit', done)
    daemon.kill('SIGTERM')
  })

/** Files of containers belong to subordinate ids: root may remove them, a user in a namespace that has those ids. */
const removeAll = (path: string, account: Account) => {
  if (isRoot) return rmSync(path, { recursive: true, force: true })
  const { status } = spawnSync('unshare', ['--map-root-user', '--map-auto', '--', 'rm', '-rf', path], {
    ...spawnAs(account),
    stdio: 'inherit',
  })
  if (status !== 0) throw new Error(`${path} could not be removed`)
}

const median = (values: readonly number[]) =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN

const percent = (shares: readonly number[]) => `${(100 * median(shares)).toFixed(1)} % in the median`

const milliseconds = (values: readonly number[]) =>
  `${median(values).toFixed(0)} ms (${Math.min(...values).toFixed(0)}–${Math.max(...values).toFixed(0)})`

await main()
