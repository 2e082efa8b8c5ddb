import { type AnswerOf, apiVersion, formatAddress, routeNames, routes, version } from '@aptorch/shared'
import { createEngine } from './apptainer/engine.ts'
import { openGuestTools } from './apptainer/guest-tools/guest-tools.ts'
import { createApptainer } from './apptainer/run.ts'
import { Events } from './events/events.ts'
import { isRoot, ownAccount } from './host/account.ts'
import { doorGroup, findAccount, findGroup } from './host/accounts.ts'
import { probeCapabilities } from './host/capabilities.ts'
import { openCgroups } from './host/cgroups/cgroups.ts'
import { takeLock } from './host/lock.ts'
import { openVolumeHub } from './host/mounts/hub.ts'
import { createNetworks } from './host/network/networks.ts'
import { createMeter } from './host/usage/meter.ts'
import { createApp } from './http/app.ts'
import { type Door, openSocket, openTcp } from './http/doors.ts'
import { tcpGuard } from './http/guard.ts'
import { createHandlers } from './http/handlers.ts'
import { ImageCache } from './images/cache.ts'
import type { Log } from './log.ts'
import { openLogs } from './logs/logs.ts'
import { checkReach, openHome, readConfig } from './open-home.ts'
import { Accounts } from './orchestrator/accounts.ts'
import { Confinement } from './orchestrator/confinement.ts'
import { createOrchestrator } from './orchestrator/orchestrator.ts'
import { checkConfig, type RawSettings, type Settings, servedHosts, settle } from './settings.ts'
import { Store } from './store/store.ts'
import { ensureToken } from './token.ts'

export interface DaemonOptions {
  readonly home: string
  readonly flags: RawSettings
  readonly environment: NodeJS.ProcessEnv
  readonly fromEnvironment: RawSettings
  readonly createLog: (settings: Settings) => Log
  /** Where the socket goes when nobody says. */
  readonly defaultSocket: string
  /** The commands of the programs that work beside it, to be completed with their arguments. */
  readonly programs: { readonly logger: readonly string[]; readonly terminal: readonly string[] }
  readonly findApptainer: (chosen: string | undefined) => string
}

export interface Daemon {
  /** Where it answers, as addresses for people and clients. */
  readonly addresses: readonly string[]
  readonly settings: Settings
  /** Ends within 5 s; containers are left running. */
  close(): Promise<void>
}

const operationsMs = 3500
const doorsMs = 500

/** Opens a home and serves it. Rejects with an Error that says what is in the way; then nothing is left behind. */
export const startDaemon = async (options: DaemonOptions): Promise<Daemon> => {
  const home = await openHome(options.home)
  const lock = await takeLock(home.lock)
  if (!lock) throw new Error(`--home: another aptorchd runs on ${home.root}; stop it, or choose another home`)
  const undo: (() => Promise<void>)[] = [() => lock.close()]
  try {
    const config = checkConfig(await readConfig(home.config), home.config)
    const settings = settle(options.flags, options.fromEnvironment, config)
    const log = options.createLog(settings)
    const account = isRoot() ? await findAccount(settings.run_as) : ownAccount()
    await checkReach(account, home)
    const group = isRoot() ? await findGroup(doorGroup) : undefined
    const path = options.findApptainer(settings.apptainer)
    const engine = createEngine({
      home,
      path,
      apptainer: createApptainer(path, options.environment, log),
      account,
      tools: await openGuestTools(home.tools),
      holder: options.programs.terminal,
    })
    const events = await Events.open(home.events, log)
    const onMade = (image: string) => events.emit('image_made', { image }, {})
    const images = new ImageCache({ home, engine, log, onMade })
    const accounts = new Accounts({
      main: account,
      allowed: settings.allowed_users,
      prepare: (used) => images.open(used),
    })
    await accounts.get(account.name)
    const description = await engine.describe()
    const store = await Store.open(home.save, log)
    const { subnet, dns } = settings
    const networks = isRoot()
      ? createNetworks({ folder: home.network, homeRoot: home.root, subnet, dns, log })
      : undefined
    const cgroups = await openCgroups(home.root)
    const volumes = await openVolumeHub(home)
    const logs = openLogs({
      home,
      program: options.programs.logger,
      maxSize: settings.log_max_size,
      maxFiles: settings.log_max_files,
      log,
    })
    const orchestrator = createOrchestrator({
      home,
      store,
      engine,
      images,
      accounts,
      confinement: new Confinement({ networks, cgroups, log }),
      hub: 'hub' in volumes ? volumes.hub : undefined,
      logs,
      events,
      meter: createMeter('cgroups' in cgroups ? cgroups.cgroups : undefined),
      volumeRules: { allowed: settings.allowed_volumes, denied: settings.denied_volumes },
      defaults: { network: isRoot() ? 'bridge' : 'host', ...settings.defaults },
      log,
    })
    undo.push(() => orchestrator.close(operationsMs))
    await orchestrator.open()

    const info = async (): Promise<AnswerOf<'info'>> => ({
      version,
      api_version: apiVersion,
      engine: description,
      account,
      home: home.root,
      containers: orchestrator.counts(),
      capabilities: await probeCapabilities({ account, networks, cgroups, volumes }),
    })
    const handlers = createHandlers({ orchestrator, info })
    const addresses: string[] = []
    const open = (door: Door, address: string) => {
      undo.push(() => door.close(doorsMs))
      addresses.push(address)
    }
    if (settings.tcp) {
      const token = await ensureToken(home.token, group)
      const guard = tcpGuard({ hosts: servedHosts(settings.host), token: settings.auth ? token : null, openPaths })
      const door = await openTcp(createApp({ handlers, log, guards: [guard] }), settings.host, settings.port)
      open(door, formatAddress({ kind: 'http', host: settings.host, port: door.port ?? settings.port }))
    }
    const socket = settings.socket ?? options.defaultSocket
    const door = await openSocket(createApp({ handlers, log, guards: [] }), socket, {
      mode: group === undefined ? 0o600 : 0o660,
      gid: group,
    })
    open(door, formatAddress({ kind: 'socket', path: socket }))

    const close = async () => {
      await orchestrator.close(operationsMs)
      await undoAll(undo)
    }
    return { addresses, settings, close }
  } catch (error) {
    await undoAll(undo)
    throw error
  }
}

const openPaths = routeNames.map((name) => routes[name]).flatMap((route) => ('open' in route ? [route.path] : []))

const undoAll = async (steps: (() => Promise<void>)[]) => {
  for (const step of steps.toReversed()) await step()
}
