import type { Account } from './account.ts'
import { runTool, runToolAs } from './tool.ts'

/** The group whose members may use the daemon's socket and read its token. */
export const doorGroup = 'aptorch'

/**
 * Looks an account up by name, through NSS, since HPC hosts keep theirs in LDAP or SSSD.
 * Throws an Error that says what to do when there is none, when it is root, or when it may use the daemon itself.
 */
export const findAccount = async (name: string): Promise<Account> => {
  const { stdout, ok } = await runTool('getent', 'passwd', '--', name)
  const [found, , uid, gid] = stdout.split(':')
  if (!ok || found === undefined || uid === undefined || gid === undefined) {
    throw new Error(
      `there is no account "${name}" on this host; make it (useradd --system ${name}), or name another with --run-as`,
    )
  }
  if (Number(uid) === 0) throw new Error(`"${name}" is root: no container ever runs as root; name another account`)
  if (await isInGroup(found, doorGroup)) {
    throw new Error(
      `"${name}" is in the group ${doorGroup}, which opens the daemon's socket; what breaks out of a container must not find it open: gpasswd --delete ${name} ${doorGroup}`,
    )
  }
  return { name: found, uid: Number(uid), gid: Number(gid) }
}

/** The id of a group, or undefined when this host has none of that name. */
export const findGroup = async (name: string): Promise<number | undefined> => {
  const { stdout, ok } = await runTool('getent', 'group', '--', name)
  return ok ? Number(stdout.split(':')[2]) : undefined
}

const isInGroup = async (name: string, group: string): Promise<boolean> => {
  const { stdout } = await runTool('id', '-Gn', '--', name)
  return stdout.trim().split(' ').includes(group)
}

/**
 * Asks the kernel, as this account, whether a path is readable ('r') or, of a folder, enterable ('x'): permission bits alone
 * would miss ACLs and the folders above.
 */
export const accountCan = async (account: Account, test: 'r' | 'x', path: string): Promise<boolean> => {
  const { ok } = await runToolAs(account, 'test', `-${test}`, path)
  return ok
}
