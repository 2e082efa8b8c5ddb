import { userInfo } from 'node:os'
import { execa } from 'execa'

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

/**
 * Looks an account up by name, through NSS, since HPC hosts keep theirs in LDAP or SSSD.
 * Throws an Error that says what to do when there is none, or when it is root.
 */
export const findAccount = async (name: string): Promise<Account> => {
  const { stdout, exitCode } = await execa('getent', ['passwd', '--', name], {
    reject: false,
    stdin: 'ignore',
    timeout: 10_000,
  })
  const [found, , uid, gid] = stdout.split(':')
  if (exitCode !== 0 || found === undefined || uid === undefined || gid === undefined) {
    throw new Error(
      `there is no account "${name}" on this host; make it (useradd --system ${name}), or name another with --run-as`,
    )
  }
  if (Number(uid) === 0)
    throw new Error(`"${name}" is root: no container ever runs as root; name another account with --run-as`)
  return { name: found, uid: Number(uid), gid: Number(gid) }
}

/** The id of a group, or undefined when this host has none of that name. */
export const findGroup = async (name: string): Promise<number | undefined> => {
  const { stdout, exitCode } = await execa('getent', ['group', '--', name], {
    reject: false,
    stdin: 'ignore',
    timeout: 10_000,
  })
  return exitCode === 0 ? Number(stdout.split(':')[2]) : undefined
}

export const isInGroup = async (account: Account, group: string): Promise<boolean> => {
  const { stdout } = await execa('id', ['-Gn', '--', account.name], { stdin: 'ignore', timeout: 10_000 })
  return stdout.split(' ').includes(group)
}

/** The `uid` and `gid` options of a child process that is to run as this account; empty when the daemon is that account. */
export const spawnAs = (account: Account): { uid?: number; gid?: number } =>
  process.getuid?.() === 0 ? { uid: account.uid, gid: account.gid } : {}

/**
 * Asks the kernel, as this account, whether a path is readable ('r'), writable ('w'), enterable ('x') or there at all ('e'):
 * permission bits alone would miss ACLs and the folders above.
 */
export const accountCan = async (account: Account, test: 'r' | 'w' | 'x' | 'e', path: string): Promise<boolean> => {
  const { exitCode } = await execa('test', [`-${test}`, path], {
    ...spawnAs(account),
    reject: false,
    stdin: 'ignore',
    timeout: 10_000,
  })
  return exitCode === 0
}
