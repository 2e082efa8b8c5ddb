import { constants } from 'node:fs'
import { access } from 'node:fs/promises'
import { join } from 'node:path'
import * as z from 'zod'
import { runToolWith } from '../tool.ts'
import { timeout } from './run.ts'

/** Where distributions and the project itself put the CNI plugins. */
export const pluginFolders = ['/usr/lib/cni', '/opt/cni/bin', '/usr/libexec/cni'] as const

export type PluginName = 'bridge' | 'firewall' | 'portmap'

export interface PluginCall {
  readonly command: 'ADD' | 'DEL'
  /** The container's id: letters, digits, "_", "." and "-". */
  readonly id: string
  /** File that holds the network namespace; undefined when it is gone. */
  readonly namespace: string | undefined
}

/** The path of a plugin; undefined when this host has none of that name. */
export const findPlugin = async (name: string): Promise<string | undefined> => {
  for (const folder of pluginFolders) {
    const path = join(folder, name)
    if (await isExecutable(path)) return path
  }
  return undefined
}

/** How to get plugins that are missing. */
export const installPlugin = (name: string): string =>
  `install containernetworking-plugins: ${pluginFolders[0]}/${name} is missing`

/**
 * Runs a CNI plugin (cni.dev/docs/spec): variables say what to do, standard input how, and standard output has the result or,
 * when it fails, `{ code, msg, details }`. Returns the result; rejects with an Error that has the plugin's own words.
 */
export const runPlugin = async (name: PluginName, call: PluginCall, config: object): Promise<unknown> => {
  const path = await findPlugin(name)
  if (path === undefined) throw new Error(installPlugin(name))
  const environment = {
    CNI_COMMAND: call.command,
    CNI_CONTAINERID: call.id,
    CNI_NETNS: call.namespace ?? '',
    CNI_IFNAME: 'eth0',
    CNI_PATH: pluginFolders.join(':'),
  }
  const { ok, stdout, stderr } = await runToolWith({ input: JSON.stringify(config), environment, timeout }, path)
  if (ok) return stdout.trim() === '' ? null : JSON.parse(stdout)
  throw new Error(
    `the CNI plugin ${name} failed to ${call.command}: ${explain(stdout) ?? stderr.trim().slice(0, 1000)}`,
  )
}

const Result = z.looseObject({ ips: z.tuple([z.looseObject({ address: z.string() })], z.unknown()) })

/** The IPv4 address in a result of the bridge plugin. */
export const addressIn = (result: unknown): string => {
  const [{ address }] = Result.parse(result).ips
  return address.replace(/\/\d+$/, '')
}

const Failure = z.looseObject({ msg: z.string(), details: z.string().optional() })

const explain = (stdout: string): string | undefined => {
  try {
    const { msg, details } = Failure.parse(JSON.parse(stdout))
    return [msg, details].filter(Boolean).join('; ')
  } catch {
    return undefined // it died before it could say why; stderr has more
  }
}

const isExecutable = (path: string) =>
  access(path, constants.X_OK).then(
    () => true,
    () => false,
  )
