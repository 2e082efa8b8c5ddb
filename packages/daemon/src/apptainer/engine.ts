import { rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Engine, StartPlan } from '../engine.ts'
import type { Home } from '../home.ts'
import { type Account, ownAccount } from '../host/account.ts'
import { isFolder, makeFolder, readForeignFile, removeTree, writeOwnFile } from '../host/folders.ts'
import { buildArguments, containerEnvironment, type RunFiles, startArguments } from './arguments.ts'
import { imageFailure, startFailure } from './explain.ts'
import { findInstance, instanceNames, isRecorded, removeOutput } from './instances.ts'
import type { Apptainer } from './run.ts'
import { commandFile, startScript } from './start-script.ts'
import { stopInstance, waitUntil } from './stop.ts'

const startTimeoutMs = 60_000
const masterWaitMs = 2000

/** Apptainer as the engine. Everything runs as the container's account, never as root. */
export const createEngine = ({
  home,
  path,
  apptainer,
  account,
}: {
  home: Home
  path: string
  apptainer: Apptainer
  account: Account
}): Engine => {
  const run = (args: readonly string[], options: Omit<Parameters<Apptainer>[1], 'folders'>) =>
    apptainer(args, { ...options, folders: home.accountOf(options.account.name) })

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

  return {
    exitCode,
    stop,

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
      const files = await writeRunFiles(home, plan)
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
const writeRunFiles = async (home: Home, { container, account, command, workingDir }: StartPlan): Promise<RunFiles> => {
  const folder = home.runOf(container)
  const { uid } = ownAccount()
  await makeFolder(folder, { uid, gid: account.gid, mode: 0o750 })
  await makeFolder(join(folder, 'status'), { uid: account.uid, gid: account.gid, mode: 0o700 })
  await clearExitCode(join(folder, 'status', 'exit_code'))
  if (command.length === 0) return { folder, startScript: null }
  await writeOwnFile(join(folder, 'command'), commandFile(command, workingDir), 0o644)
  const script = join(folder, 'startscript')
  await writeOwnFile(script, startScript, 0o755)
  return { folder, startScript: script }
}

/** The container may have put anything there, a folder too. */
const clearExitCode = async (path: string) => {
  if (await isFolder(path)) await removeTree(path)
  else await rm(path, { force: true })
}
