import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { userInfo } from 'node:os'

/** An account of this machine. */
export interface Account {
  readonly name: string
  readonly uid: number
  readonly gid: number
}

export const isRoot = process.getuid?.() === 0

const ownAccount = (): Account => {
  const { username, uid, gid } = userInfo()
  return { name: username, uid, gid }
}

export const accountNamed = (name: string): Account => {
  const [found = '', , uid, gid] = execFileSync('getent', ['passwd', name], { encoding: 'utf8' }).split(':')
  return { name: found, uid: Number(uid), gid: Number(gid) }
}

/** Who runs the containers of a daemon that the account running these tests starts. */
export const containerAccount: Account = isRoot ? accountNamed('aptorch-ct') : ownAccount()

/** The options of a child process that is to run as an account. Only root can become another. */
export const spawnAs = ({ uid, gid }: Account): { uid?: number; gid?: number } => (isRoot ? { uid, gid } : {})

/** The id of a group of this machine, or undefined when it has none of that name. */
export const groupId = (name: string): number | undefined => {
  const line = readFileSync('/etc/group', 'utf8')
    .split('\n')
    .find((text) => text.startsWith(`${name}:`))
  return line === undefined ? undefined : Number(line.split(':')[2])
}
