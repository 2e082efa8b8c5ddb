import { userInfo } from 'node:os'

/** An account of the host that containers run as. */
export interface Account {
  readonly name: string
  readonly uid: number
  readonly gid: number
}

/** The account that the daemon itself runs as. */
export const ownAccount = (): Account => {
  const { username, uid, gid } = userInfo()
  return { name: username, uid, gid }
}

/** Whether the daemon is root. */
export const isRoot = (): boolean => process.getuid?.() === 0

/** The `uid` and `gid` options of a child process that is to run as this account; empty when the daemon is that account. */
export const spawnAs = (account: Account): { uid?: number; gid?: number } =>
  isRoot() ? { uid: account.uid, gid: account.gid } : {}
