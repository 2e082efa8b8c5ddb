import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createEngine } from '../../packages/daemon/src/apptainer/engine.ts'
import { openGuestTools } from '../../packages/daemon/src/apptainer/guest-tools/guest-tools.ts'
import { createApptainer } from '../../packages/daemon/src/apptainer/run.ts'
import type { ExecOrder, RunningExec } from '../../packages/daemon/src/engine.ts'
import { ownAccount } from '../../packages/daemon/src/host/account.ts'
import { makeFolder } from '../../packages/daemon/src/host/folders.ts'
import { ImageCache } from '../../packages/daemon/src/images/cache.ts'
import { createLog } from '../../packages/daemon/src/log.ts'
import { openHome } from '../../packages/daemon/src/open-home.ts'
import { apptainerPath, test as base, containerAccount, makeFolder as makeTemporary, removeFolder } from '../harness.ts'

const container = 'box'
const confines = { cgroup: [], namespace: null }
const sources = join(import.meta.dirname, '../../packages/daemon/src')

/** An engine of the test file's own, with one container that runs; `exec` runs programs in it. */
export const test = base
  .extend('box', { scope: 'file' }, async ({ workshop, image }, { onCleanup }) => {
    const root = makeTemporary(workshop, 'engine')
    const home = await openHome(join(root, 'home'))
    const { uid } = ownAccount()
    const account = containerAccount
    const folders = home.accountOf(account.name)
    const log = createLog({ debug: false, stream: process.stderr, colour: false })
    const engine = createEngine({
      home,
      path: apptainerPath(),
      apptainer: createApptainer(apptainerPath(), {}, log),
      account,
      tools: await openGuestTools(home.tools),
      holder: [process.execPath, '--conditions=aptorch-source', join(sources, 'terminal-holder/main.ts')],
    })
    onCleanup(() => removeFolder(root))
    await new ImageCache({ home, engine, log, onMade: () => undefined }).open(account)

    const rootfs = join(folders.images, 'rootfs')
    const { signal } = new AbortController()
    const onStart = async () => undefined
    await engine.makeImage({ account, source: image, remote: false, insecure: false, target: rootfs, signal, onStart })
    const data = join(home.root, `${container}:rootfs`)
    await makeFolder(data, { uid, gid: account.gid, mode: 0o750 })
    await makeFolder(join(data, 'overlay'), { uid: account.uid, gid: account.gid, mode: 0o700 })
    const started = await engine.start({
      container,
      account,
      rootfs,
      data,
      command: ['while :; do sleep 1; done'],
      workingDir: null,
      environment: {},
      volumes: [],
      confines,
      isolated: false,
      gpu: null,
    })
    return { engine, process: started }
  })
  .extend('exec', { scope: 'file' }, ({ box }) => {
    const asked = { container, account: containerAccount, process: box.process, confines, workingDir: '/' }
    const rest = { environment: {}, user: null, stdin: false, terminal: null }
    return (command: readonly string[], order: Partial<ExecOrder> = {}): Promise<RunningExec> =>
      box.engine.exec({ ...asked, ...rest, command, ...order })
  })
  .extend('run', { scope: 'file' }, ({ exec }) => async (line: string, order: Partial<ExecOrder> = {}, input = '') => {
    const running = await exec(['sh', '-c', line], order)
    running.stdin?.end(input)
    const [out, err, code] = await Promise.all([allOf(running.stdout), allOf(running.stderr), running.ended])
    return { out, err, code }
  })

export const allOf = async (stream: NodeJS.ReadableStream | null): Promise<string> => {
  let text = ''
  for await (const chunk of stream ?? []) text += chunk
  return text
}

/** How many files this process has open. */
export const openFiles = (): number => readdirSync('/proc/self/fd').length

/** The processes that this one has started and that still live. */
export const childrenOf = (pid: number): number[] =>
  readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
    readFileSync(`/proc/${pid}/task/${thread}/children`, 'latin1').split(' ').filter(Boolean).map(Number),
  )

/** The processes of this machine whose arguments are these. */
export const processesWith = (...command: readonly string[]): number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && argumentsOf(name) === `${command.join('\0')}\0`)
    .map(Number)

const argumentsOf = (pid: string) => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'latin1')
  } catch {
    return '' // gone meanwhile
  }
}
