import { execFileSync } from 'node:child_process'
import { chmodSync, chownSync, mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { type Account, isRoot } from './account.ts'
import { killProcessesOf } from './processes.ts'

/** A new folder that every account can enter, for root or for the account named. */
export const makeFolder = (parent: string, name: string, owner?: Account): string => {
  const path = mkdtempSync(join(parent, `${name}-`))
  chmodSync(path, 0o755)
  if (owner && isRoot) chownSync(path, owner.uid, owner.gid)
  return path
}

/** Ends what runs in a folder and removes it, files of subordinate ids included. */
export const removeFolder = async (path: string): Promise<void> => {
  await killProcessesOf(path)
  const asOwner = isRoot ? [] : ['unshare', '--map-root-user', '--map-auto']
  const [program = '', ...args] = [...asOwner, 'rm', '-rf', '--', path]
  execFileSync(program, args)
}
