import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import * as z from 'zod'
import type { AccountFolders } from '../home.ts'
import type { Account } from '../host/account.ts'
import { readForeignFile } from '../host/folders.ts'
import type { ProcessIdentity } from '../host/process.ts'
import { identify, readOwner } from '../host/process.ts'
import { runToolAs } from '../host/tool.ts'

// Apptainer's record of an instance: CONFIGDIR/instances/app/<hostname>/<user>/<name>/<name>.json. `apptainer instance
// list` would read them too, but it deletes as it reads, and one broken record makes it fail for all.
const InstanceRecord = z.object({ pid: z.int().positive() })

// What the account may have put in the place of a folder: there are no records in it.
const unusable = ['ENOENT', 'ENOTDIR', 'ELOOP', 'EACCES', 'ENAMETOOLONG']

const recordLimit = 1024 * 1024

/** The names of all instances of an account that there are records of. */
export const instanceNames = async (folders: AccountFolders, account: Account): Promise<string[]> => {
  const hosts = join(folders.instances, 'instances', 'app')
  const found = await Promise.all((await names(hosts)).map((host) => names(join(hosts, host, account.name))))
  return [...new Set(found.flat())]
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
  const text = await readForeignFile(path, recordLimit)
  if (text === undefined) return undefined
  const record = InstanceRecord.safeParse(parse(text))
  if (!record.success || readOwner(record.data.pid) !== account.uid) return undefined
  return identify(record.data.pid)
}

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined // half written or broken: the schema refuses it
  }
}

const names = async (folder: string): Promise<string[]> => {
  try {
    return await readdir(folder)
  } catch (error) {
    if (unusable.includes((error as NodeJS.ErrnoException).code ?? '')) return []
    throw error
  }
}
