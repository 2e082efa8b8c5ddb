import { constants } from 'node:fs'
import { copyFile, readdir, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { apiError } from '@aptorch/shared'
import type { Engine, StartPlan } from '../engine.ts'
import type { Home } from '../home.ts'
import { type Account, ownAccount } from '../host/account.ts'
import { isFolder, makeFolder, readForeignFile, removeTree, writeOwnFile } from '../host/folders.ts'
import { createArchive } from './archive/archive.ts'
import { createStoppedRunner } from './archive/stopped.ts'
import { buildArguments, containerEnvironment, type RunFiles, startArguments, toolsInside } from './arguments.ts'
import { createExec } from './exec/exec.ts'
import { Pipes } from './exec/pipes.ts'
import { imageFailure, startFailure } from './explain.ts'
import type { GuestTools } from './guest-tools/guest-tools.ts'
import { findInstance, instanceNames, isRecorded, removeOutput } from './instances.ts'
import type { Apptainer } from './run.ts'
import { commandFile, imageStartScript, startScript } from './start-script.ts'
import { stopInstance, waitUntil } from './stop.ts'

const startTimeoutMs = 60_000
const masterWaitMs = 2000

/** Apptainer as the engine. Everything runs as the container's account, never as root. */
export const createEngine = ({
  home,
  path,
  apptainer,
  account,
  tools,
  holder,
}: {
  home: Home
  path: string
  apptainer: Apptainer
  account: Account
  tools: GuestTools
  /** The command that runs the terminals' holder. */
  holder: readonly string[]
}): Engine => {
  const run = (args: readonly string[], options: Omit<Parameters<Apptainer['run']>[1], 'folders'>) =>
    apptainer.run(args, { ...options, folders: home.accountOf(options.account.name) })

  const exitCode = async (container: string) => {
    const text = await readForeignFile(join(home.runOf(container), 'status', 'exit_code'), 16)
    const code = Number(text?.match(/^(\d{1,3})\n/)?.[1])
    return code <= 255 ? code : undefined
  }

  const stop: Engine['stop'] = async (instance, graceMs) => {
    await stopInstance(instance, graceMs, async () => (await exitCode(instance.container)) !== undefined)
    // The next start of this name fails while the master still holds its record.
    const folders = home.accountOf(instance.account.name)
    await waitUntil(async () => !(await isRecorded(folders, instance.account, instance.container)), masterWaitMs)
  }

  const foldersOf = ({ name }: Account) => home.accountOf(name)
  const pipes = new Pipes(home.pipes)
  const exec = createExec({ apptainer, tools, holder, pipes, foldersOf })
  const runStopped = createStoppedRunner({ apptainer, tools, pipes, empty: home.empty, foldersOf })

  return {
    exitCode,
    stop,
    exec,
    ...createArchive({ exec, runStopped, tools }),

    describe: async () => {
      const { ok, stdout, stderr } = await run(['version'], { account, cwd: '/', timeout: 10_000 })
      if (!ok) throw new Error(`${path} does not run: ${stderr.trim()}`)
      return { name: 'apptainer', version: stdout.trim(), path }
    },

    makeImage: async (order) => {
      const result = await run(buildArguments(order), {
        account: order.account,
        cwd: dirname(order.target),
        signal: order.signal,
        onStart: order.onStart,
      })
      order.signal.throwIfAborted()
      if (!result.ok) throw imageFailure(order.source, order.remote, result)
    },

    start: async (plan) => {
      const files = await writeRunFiles(home, plan, tools)
      const result = await run(startArguments(plan, files), {
        account: plan.account,
        cwd: plan.data,
        environment: containerEnvironment(plan.environment),
        confines: plan.confines,
        timeout: startTimeoutMs,
      })
      const process = await findInstance(home.accountOf(plan.account.name), plan.account, plan.container)
      if (result.ok && process) return process
      if (process) await stop({ container: plan.container, account: plan.account, process }, 0)
      throw startFailure(plan.container, result, plan.volumes)
    },

    instances: (account) => instanceNames(home.accountOf(account.name), account),

    find: (container, account) => findInstance(home.accountOf(account.name), account, container),

    forget: async (container, account) => {
      await removeOutput(home.accountOf(account.name), account, container)
      await removeTree(home.runOf(container))
    },
  }
}

/** The folder is the daemon's, so that nothing inside can plant a link in it; only `status` is the container's to write. */
const writeRunFiles = async (home: Home, plan: StartPlan, tools: GuestTools): Promise<RunFiles> => {
  const { container, account, command, workingDir, rootfs } = plan
  const folder = home.runOf(container)
  const { uid } = ownAccount()
  await makeFolder(folder, { uid, gid: account.gid, mode: 0o750 })
  await makeFolder(join(folder, 'status'), { uid: account.uid, gid: account.gid, mode: 0o700 })
  const ownTools = join(folder, basename(toolsInside))
  if (account.uid === uid) await removeTree(ownTools)
  await makeFolder(ownTools, { uid, gid: account.gid, mode: 0o750 })
  // Where root inside is the daemon's own user, it can change them: then each container has copies. Else they are mounted over it.
  if (account.uid === uid) await copyFolder(tools.folder, ownTools)
  await clearExitCode(join(folder, 'status', 'exit_code'))
  if (command.length > 0) await writeOwnFile(join(folder, 'command'), commandFile(command, workingDir), 0o644)
  else await copyImageStart(rootfs, join(folder, 'image-start'))
  const script = join(folder, 'startscript')
  await writeOwnFile(script, command.length > 0 ? startScript : imageStartScript, 0o755)
  return { folder, tools: account.uid === uid ? ownTools : tools.folder, startScript: script }
}

/** Copies the files of a folder into one that is new. */
const copyFolder = async (from: string, to: string) => {
  const copy = (name: string) => copyFile(join(from, name), join(to, name), constants.COPYFILE_EXCL)
  await Promise.all((await readdir(from)).map(copy))
}

const imageStartLimit = 1024 * 1024

/** Copies the image's own start script. The image is the account's: nothing in it is reached by a link. */
const copyImageStart = async (rootfs: string, target: string) => {
  const folder = join(rootfs, '.singularity.d')
  const text = (await isFolder(folder))
    ? await readForeignFile(join(folder, 'startscript'), imageStartLimit + 1)
    : undefined
  if (text === undefined) return rm(target, { force: true })
  if (Buffer.byteLength(text) > imageStartLimit) {
    throw apiError(
      'start_failed',
      "the image's start script is longer than 1 MiB; give the container a command instead",
    )
  }
  await writeOwnFile(target, text, 0o755)
}

/** The container may have put anything there, a folder too. */
const clearExitCode = async (path: string) => {
  if (await isFolder(path)) await removeTree(path)
  else await rm(path, { force: true })
}
