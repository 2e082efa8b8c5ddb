import { hostname, networkInterfaces } from 'node:os'
import { defaultPort, describeProblem, HostPath, RestartPolicy, StartRequest } from '@aptorch/shared'
import * as z from 'zod'

const text = (wanted: string) => z.string({ error: wanted }).min(1, { error: wanted })
const path = HostPath
const paths = z.array(HostPath, { error: 'a list of paths' })
const flag = z.boolean({ error: 'true or false' })

/** What can be set, whether by flag, by `APTORCH_*` variable or in `config.json`. */
const Settings = z.strictObject({
  host: text('an address to listen on').default('127.0.0.1'),
  port: z
    .int({ error: 'a port from 0 to 65535' })
    .min(0, { error: 'a port from 0 to 65535' })
    .max(65535, { error: 'a port from 0 to 65535' })
    .default(defaultPort),
  tcp: flag.default(true),
  socket: path.optional(),
  run_as: text('the name of an account').default('aptorch-ct'),
  apptainer: path.optional(),
  debug: flag.default(false),
  auth: flag.default(true),
  allow_remote: flag.default(false),
  allowed_users: z.array(text('the name of an account'), { error: 'a list of accounts' }).default([]),
  allowed_volumes: paths.default([]),
  denied_volumes: paths.default([]),
  subnet: z.cidrv4({ error: 'an IPv4 network such as 10.88.0.0/20' }).optional(),
  dns: z.array(z.ipv4({ error: 'an IPv4 address' }), { error: 'a list of addresses' }).default([]),
  log_max_size: z
    .int({ error: 'a whole number of bytes' })
    .min(65_536, { error: 'at least 65536 bytes' })
    .max(10_737_418_240, { error: 'at most 10737418240 bytes' })
    .default(10_000_000),
  log_max_files: z
    .int({ error: 'a whole number from 1 to 100' })
    .min(1, { error: 'a whole number from 1 to 100' })
    .max(100, { error: 'a whole number from 1 to 100' })
    .default(3),
  defaults: StartRequest.pick({ environment: true, working_dir: true, labels: true, volumes: true, network: true })
    .extend({ restart_policy: RestartPolicy.optional() })
    .default({}),
})
export type Settings = z.output<typeof Settings>
export type RawSettings = Readonly<Record<string, unknown>>

const variables: Readonly<Record<string, (value: string) => RawSettings>> = {
  // The same variable tells the command line where the daemon is; an address of that kind is not meant for the daemon.
  APTORCH_HOST: (value) => (value.includes('://') ? {} : { host: value }),
  APTORCH_PORT: (value) => ({ port: readPort(value) }),
  APTORCH_NO_TCP: (value) => ({ tcp: !isTrue(value) }),
  APTORCH_SOCKET: (value) => ({ socket: value }),
  APTORCH_RUN_AS: (value) => ({ run_as: value }),
  APTORCH_APPTAINER: (value) => ({ apptainer: value }),
  APTORCH_DEBUG: (value) => ({ debug: isTrue(value) }),
  APTORCH_NO_AUTH: (value) => ({ auth: !isTrue(value) }),
  APTORCH_ALLOW_REMOTE: (value) => ({ allow_remote: isTrue(value) }),
}

/** A port from a text; what is none stays text, for the schema to refuse. */
export const readPort = (text: string): number | string => (/^\d+$/.test(text) ? Number(text) : text)

const isTrue = (value: string) => !['', '0', 'false', 'no'].includes(value.toLowerCase())

/** The settings that the environment makes. An empty variable counts as unset. */
export const fromEnvironment = (environment: NodeJS.ProcessEnv): RawSettings =>
  Object.assign(
    {},
    ...Object.entries(variables).map(([name, read]) => (environment[name] ? read(environment[name]) : {})),
  )

/** Checks what `config.json` says by itself, so that the message can name the file. Throws an Error. */
export const checkConfig = (config: RawSettings, path: string): RawSettings => {
  const result = Settings.safeParse(config)
  if (result.success) return config
  throw new Error(`${path}: ${describeProblem(result.error, config, Settings).message}`)
}

/** Flags win over variables, variables over `config.json`. Throws an Error that names the setting. */
export const settle = (flags: RawSettings, environment: RawSettings, config: RawSettings): Settings => {
  const raw = { ...config, ...environment, ...flags }
  const result = Settings.safeParse(raw)
  if (!result.success) throw new Error(describeProblem(result.error, raw, Settings).message)
  const settings = result.data
  if (!isLoopback(settings.host) && settings.tcp) {
    if (!settings.allow_remote)
      throw new Error(
        `--host: got "${settings.host}", want a loopback address such as 127.0.0.1; to be reached from other machines, say --allow-remote as well (the API can start containers, and HTTP is not encrypted)`,
      )
    if (!settings.auth) throw new Error(`--no-auth is for loopback only, and --host is "${settings.host}"`)
  }
  return settings
}

/** Names that `Host` may have: those of the address that is listened on. */
export const servedHosts = (host: string): string[] => {
  if (isLoopback(host)) return ['localhost', '127.0.0.1', '[::1]', bracket(host)].filter(unique)
  const addresses = Object.values(networkInterfaces())
    .flatMap((list) => list ?? [])
    .map(({ address }) => bracket(address))
  return ['localhost', hostname().toLowerCase(), bracket(host), ...addresses].filter(unique)
}

const isLoopback = (host: string) => host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host)
const bracket = (host: string) => (host.includes(':') ? `[${host}]` : host.toLowerCase())
const unique = (item: string, index: number, all: string[]) => all.indexOf(item) === index
