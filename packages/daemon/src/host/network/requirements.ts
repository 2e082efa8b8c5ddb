import { constants } from 'node:fs'
import { access } from 'node:fs/promises'
import { runToolWith, searchPath } from '../tool.ts'
import { findPlugin, installPlugin } from './plugins.ts'
import { timeout } from './run.ts'

const plugins = ['bridge', 'host-local', 'firewall', 'portmap']

/** The programs that are run, and the package that brings them (where its name differs, on Fedora and EL in brackets). */
const programs = {
  ip: 'iproute2 (iproute)',
  ss: 'iproute2 (iproute)',
  iptables: 'iptables (iptables-nft)',
  'iptables-save': 'iptables (iptables-nft)',
  'iptables-restore': 'iptables (iptables-nft)',
  unshare: 'util-linux',
  nsenter: 'util-linux',
  flock: 'util-linux',
  umount: 'util-linux',
} as const

/**
 * What this host lacks for a network of containers' own, in words with what to do; undefined when all is there. Cheap: files
 * are looked for and one rule listing is asked for. For root only.
 */
export const whyNoBridge = async (): Promise<string | undefined> => {
  for (const [program, brings] of Object.entries(programs)) {
    if (!(await isInPath(program))) return `install ${brings}: there is no ${program}`
  }
  for (const plugin of plugins) if (!(await findPlugin(plugin))) return installPlugin(plugin)
  const { ok, stderr } = await runToolWith({ timeout }, 'iptables', '-w', '-t', 'nat', '-S')
  if (ok) return undefined
  return `iptables can't be used: ${stderr.trim().slice(0, 500) || 'it fails'} (does the kernel have it? modprobe nf_tables iptable_nat)`
}

const isInPath = async (program: string) => {
  for (const folder of searchPath.split(':')) {
    const found = await access(`${folder}/${program}`, constants.X_OK).then(
      () => true,
      () => false,
    )
    if (found) return true
  }
  return false
}
