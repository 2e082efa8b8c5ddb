// Times what the README promises, each figure beside what it is compared to, in turn and in one run: machines are noisy.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { chmodSync, chownSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { type Client, createClient, createTransport } from '@aptorch/shared'
import { startArguments } from '../packages/daemon/src/apptainer/arguments.ts'
import { type Account, ownAccount, spawnAs } from '../packages/daemon/src/host/account.ts'
import { findAccount } from '../packages/daemon/src/host/accounts.ts'

const rounds = 25
const [busybox = '', apptainer = ''] = process.argv.slice(2)
const isRoot = userInfo().uid === 0

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
    await benchStart({ folder, image: makeRoot(folder), account, client })
  } finally {
    await end(daemon)
    removeAll(folder, account)
  }
}

/** `/start` with the image at hand, against the same `apptainer instance start` run bare. */
const benchStart = async ({ folder, image, account, client }: Bench) => {
  const bare = prepareBare(folder, image, account)
  await throughDaemon(client, image)
  bare()
  const pairs: { daemon: number; bare: number }[] = []
  for (let round = 0; round < rounds; round++) pairs.push({ daemon: await throughDaemon(client, image), bare: bare() })
  const shares = pairs.map((pair) => (pair.daemon - pair.bare) / pair.bare)
  console.log(`start of a container, image at hand, ${rounds} pairs (median, min–max)`)
  console.log(`  POST /start               ${milliseconds(pairs.map((pair) => pair.daemon))}`)
  console.log(`  apptainer instance start  ${milliseconds(pairs.map((pair) => pair.bare))}`)
  console.log(
    `  the daemon's own share    ${(100 * median(shares)).toFixed(1)} % in the median (at most 10 % is promised)`,
  )
}

const throughDaemon = async (client: Client, image: string): Promise<number> => {
  const began = performance.now()
  await client.start({ image, container_name: 'bench', container_command: ['sleep 600'] })
  const took = performance.now() - began
  await client.stop({ container_name: 'bench', timeout_s: 0 })
  await client.deletecont({ container_name: 'bench' })
  await client.deletecontdata({ container_name: 'bench' })
  return took
}

/** The same image, flags, account and files, in a folder of its own. Returns what times one start. */
const prepareBare = (folder: string, image: string, account: Account) => {
  const own = join(folder, 'bare')
  const run = join(own, 'run')
  for (const path of [own, run, join(own, 'data')]) mkdirSync(path)
  writeFileSync(join(run, 'startscript'), '#!/bin/sh\nsleep 600\n', { mode: 0o755 })
  giveTo(account, own, run, join(own, 'data'))
  const command = (args: readonly string[]) => {
    const { status, stderr } = spawnSync(apptainer, args, {
      ...spawnAs(account),
      cwd: join(own, 'data'),
      env: {
        PATH: `${dirname(apptainer)}:/usr/sbin:/usr/bin:/sbin:/bin`,
        HOME: own,
        LANG: 'C.UTF-8',
        APPTAINER_CONFIGDIR: join(own, 'config'),
        APPTAINER_CACHEDIR: join(own, 'cache'),
        APPTAINER_TMPDIR: own,
      },
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    if (status !== 0) throw new Error(`apptainer ${args.join(' ')}: ${stderr}`)
  }
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
    },
    { folder: run, startScript: join(run, 'startscript') },
  )
  return (): number => {
    mkdirSync(join(own, 'data', 'overlay'))
    giveTo(account, join(own, 'data', 'overlay'))
    const began = performance.now()
    command(start)
    const took = performance.now() - began
    command(['--silent', 'instance', 'stop', '--timeout', '0', 'bare'])
    removeAll(join(own, 'data', 'overlay'), account)
    return took
  }
}

const makeRoot = (folder: string): string => {
  const root = join(folder, 'root')
  for (const path of ['', 'bin', 'etc', 'tmp', 'proc', 'sys', 'dev', 'root', 'var']) mkdirSync(join(root, path))
  copyFileSync(busybox, join(root, 'bin', 'busybox'))
  for (const name of ['sh', 'sleep', 'mkdir', 'mv', 'echo']) symlinkSync('busybox', join(root, 'bin', name))
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

const milliseconds = (values: readonly number[]) =>
  `${median(values).toFixed(0)} ms (${Math.min(...values).toFixed(0)}–${Math.max(...values).toFixed(0)})`

await main()
