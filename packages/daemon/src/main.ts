import { accessSync, constants, statSync } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, join, resolve } from 'node:path'
import process from 'node:process'
import { type Caller, defaultHome, defaultSocket, version } from '@aptorch/shared'
import chalk from 'chalk'
import yargs from 'yargs'
import { startDaemon } from './daemon.ts'
import { closeInherited } from './host/descriptors.ts'
import { createLog } from './log.ts'
import { fromEnvironment, type RawSettings, readPort } from './settings.ts'

closeInherited()

const { env } = process
const caller: Caller = { uid: process.getuid?.(), env, userHome: homedir() }

const flags = await yargs(process.argv.slice(2))
  .scriptName('aptorchd')
  .usage(
    '$0 [options]\n\nRuns Apptainer containers on request. Each option can also be set as APTORCH_…, such as APTORCH_HOME.',
  )
  .parserConfiguration({ 'boolean-negation': false, 'duplicate-arguments-array': false })
  .options({
    home: { type: 'string', requiresArg: true, describe: `Folder for all data (${defaultHome(caller)})` },
    host: { type: 'string', requiresArg: true, describe: 'Address to listen on (127.0.0.1)' },
    port: { type: 'string', requiresArg: true, describe: 'Port to listen on, 0 for any that is free (3333)' },
    'no-tcp': { type: 'boolean', describe: 'Listen on the Unix socket only' },
    socket: {
      type: 'string',
      requiresArg: true,
      describe: `Path of the Unix socket (${defaultSocket(caller, defaultHome(caller))})`,
    },
    'run-as': { type: 'string', requiresArg: true, describe: 'As root: account that runs the containers (aptorch-ct)' },
    apptainer: { type: 'string', requiresArg: true, describe: "Apptainer's executable (the one on PATH)" },
    debug: { type: 'boolean', describe: 'Show on standard error what it does' },
    'no-auth': { type: 'boolean', describe: 'Ask for no token on TCP; on loopback only' },
    'allow-remote': { type: 'boolean', describe: 'Allow a --host beyond loopback' },
  })
  .version(version)
  .alias({ help: 'h' })
  .strict()
  .demandCommand(0, 0, undefined, 'aptorchd takes no arguments beside its options')
  .fail((message, error) => die(2, `${message ?? error?.message}\nSee aptorchd --help.`))
  .parse()

// One request's fault must not end the daemon for all.
process.on('unhandledRejection', (reason) => {
  process.stderr.write(
    `aptorchd: something went wrong in the daemon: ${reason instanceof Error ? reason.stack : reason}\n`,
  )
})

// Containers inherit it, whatever the shell that this was started from had.
process.umask(0o022)

try {
  const home = resolve(flags.home || env.APTORCH_HOME || defaultHome(caller))
  const daemon = await startDaemon({
    home,
    flags: fromFlags(flags),
    environment: env,
    fromEnvironment: fromEnvironment(env),
    createLog: (settings) =>
      createLog({
        debug: settings.debug,
        stream: process.stderr,
        colour: chalk.level > 0 && process.stderr.isTTY && !env.NO_COLOR,
      }),
    defaultSocket: defaultSocket(caller, home),
    programs: { logger: program('aptorch-logger', 'logger'), terminal: program('aptorch-terminal', 'terminal-holder') },
    findApptainer,
  })
  // Before the ready line: whoever waits for it may end us at once.
  const end = () => {
    daemon.close().then(
      () => process.exit(0),
      (error: unknown) => die(1, error instanceof Error ? error.message : String(error)),
    )
  }
  process.once('SIGTERM', end)
  process.once('SIGINT', end)
  if (daemon.settings.tcp && !daemon.settings.auth) {
    process.stderr.write(
      chalk.bold.red(
        'WARNING: --no-auth: every user and program of this machine can start containers over TCP, without a token\n',
      ),
    )
  }
  process.stdout.write(`aptorchd ${version} is ready on ${daemon.addresses.join(' and ')}\n`)
} catch (error) {
  die(1, error instanceof Error ? error.message : String(error))
}

function fromFlags(given: typeof flags): RawSettings {
  const all: RawSettings = {
    host: given.host,
    port: given.port === undefined ? undefined : readPort(given.port),
    tcp: given['no-tcp'] ? false : undefined,
    socket: given.socket === undefined ? undefined : resolve(given.socket),
    run_as: given['run-as'],
    apptainer: given.apptainer === undefined ? undefined : resolve(given.apptainer),
    debug: given.debug,
    auth: given['no-auth'] ? false : undefined,
    allow_remote: given['allow-remote'],
  }
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined))
}

/** A program beside this one: a bundle as this is, or its source when this runs from source. */
function program(name: string, folder: string): readonly string[] {
  const here = import.meta.dirname
  if (import.meta.filename.endsWith('.ts'))
    return [process.execPath, '--conditions=aptorch-source', join(here, folder, 'main.ts')]
  return [process.execPath, join(here, `${name}.mjs`)]
}

/** The one that was chosen, else the first on PATH, else where the project's set-up puts it. */
function findApptainer(chosen: string | undefined): string {
  if (chosen !== undefined) {
    if (isExecutable(chosen)) return chosen
    throw new Error(`--apptainer: ${chosen} is not an executable file`)
  }
  const onPath = (env.PATH ?? '')
    .split(delimiter)
    .filter((folder) => folder.startsWith('/'))
    .map((folder) => join(folder, 'apptainer'))
  const broughtAlong = ['/opt/aptorch-apptainer', resolve(import.meta.dirname, '..', '.apptainer')].map((prefix) =>
    join(prefix, 'usr', 'bin', 'apptainer'),
  )
  const found = [...onPath, ...broughtAlong].find(isExecutable)
  if (found) return found
  throw new Error(
    "there is no Apptainer on PATH; install it (EPEL, Fedora, Ubuntu's PPA and Debian sid have the package apptainer; the project's set-up brings one on Debian), or name it with --apptainer",
  )
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false // not there, or not for us: the next place is tried
  }
}

function die(code: number, message: string): never {
  process.stderr.write(`aptorchd: ${message}\n`)
  process.exit(code)
}
