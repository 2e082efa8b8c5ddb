import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { containerNamePattern } from '@aptorch/shared'
import type { AccountFolders } from '../home.ts'
import type { Account } from '../host/account.ts'
import { readForeignFile } from '../host/folders.ts'
import type { ProcessIdentity } from '../host/process.ts'
import { identify, readOwner } from '../host/process.ts'
import { runToolAs } from '../host/tool.ts'

// Apptainer's record of an instance: CONFIGDIR/instances/app/<hostname>/<user>/<name>/<name>.json. `apptainer instance
// list` would read them too, but it deletes as it reads, and one broken record makes it fail for all.

// What the account may have put in the place of a folder: there are no records in it.
const unusable = ['ENOENT', 'ENOTDIR', 'ELOOP', 'EACCES', 'ENAMETOOLONG']

// The pid is the first field (File in Apptainer's internal/pkg/instance/instance_linux.go); the rest, which can be large, is
// not even read.
const pidFirst = /^\{\s*"pid":\s*(\d{1,10})\b/
const recordHead = 64

/** The names of all instances of an account that there are records of. */
export const instanceNames = async (folders: AccountFolders, account: Account): Promise<string[]> => {
  const hosts = join(folders.instances, 'instances', 'app')
  const found = await Promise.all((await names(hosts)).map((host) => names(join(hosts, host, account.name))))
  return [...new Set(found.flat())].filter((name) => containerNamePattern.test(name))
}

/** The first process of one instance, when it lives. */
export const findInstance = async (
  folders: AccountFolders,
  account: Account,
  name: string,
): Promise<ProcessIdentity | undefined> => {
  const hosts = join(folders.instances, 'instances', 'app')
  for (const host of await names(hosts)) {
    const process = await firstProcess(recordPath(hosts, host, account, name), account)
    if (process) return process
  }
  return undefined
}

/** Whether Apptainer still has a record of this instance: its master removes it as the last thing it does. */
export const isRecorded = async (folders: AccountFolders, account: Account, name: string): Promise<boolean> => {
  const hosts = join(folders.instances, 'instances', 'app')
  for (const host of await names(hosts)) {
    if ((await readForeignFile(recordPath(hosts, host, account, name), 1)) !== undefined) return true
  }
  return false
}

/**
 * Removes what an instance wrote to standard output and error, CONFIGDIR/instances/logs/<hostname>/<user>/<name>.{out,err}:
 * as the account, which may have planted links on the way there.
 */
export const removeOutput = async (folders: AccountFolders, account: Account, name: string): Promise<void> => {
  const hosts = join(folders.instances, 'instances', 'logs')
  const files = (await names(hosts)).flatMap((host) =>
    ['out', 'err'].map((end) => join(hosts, host, account.name, `${name}.${end}`)),
  )
  if (files.length > 0) await runToolAs(account, 'rm', '-f', '--', ...files)
}

const recordPath = (hosts: string, host: string, account: Account, name: string) =>
  join(hosts, host, account.name, name, `${name}.json`)

/** The record is the account's to write, so nothing in it is believed but a pid that belongs to that account. */
const firstProcess = async (path: string, account: Account): Promise<ProcessIdentity | undefined> => {
  const pid = Number((await readForeignFile(path, recordHead))?.match(pidFirst)?.[1])
  return pid > 0 && readOwner(pid) === account.uid ? identify(pid) : undefined
}

const names = async (folder: string): Promise<string[]> => {
  try {
    return await readdir(folder)
  } catch (error) {
    if (unusable.includes((error as NodeJS.ErrnoException).code ?? '')) return []
    throw error
  }
}
