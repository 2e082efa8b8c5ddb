import { type Account, isRoot } from './account.ts'

/** What holds a container from its first instruction on. */
export interface Confines {
  /** Files of cgroups into which a process writes its pid to be in them; empty where there are none. */
  readonly cgroup: readonly string[]
  /** File that holds a network namespace; null for the host's own. */
  readonly namespace: string | null
}

/**
 * The command that runs another one as an account within confines: its cgroup and network are entered before it is anything
 * but our own launcher, and the account's ids are taken on last.
 */
export const confinedCommand = (account: Account, { cgroup, namespace }: Confines, command: readonly string[]) => {
  const { uid, gid } = account
  if (namespace !== null) {
    // It leaves all other groups as well.
    return inCgroups(cgroup, ['nsenter', `--net=${namespace}`, `--setgid=${gid}`, `--setuid=${uid}`, '--', ...command])
  }
  const asAccount = ['setpriv', `--reuid=${uid}`, `--regid=${gid}`, '--clear-groups', '--']
  return inCgroups(cgroup, [...(isRoot() ? asAccount : []), ...command])
}

/** The command that runs another one in cgroups, given by the files that a process writes its pid into to be in them. */
export const inCgroups = (files: readonly string[], command: readonly string[]): readonly string[] =>
  files.length === 0 ? command : ['sh', '-c', enterCgroup, 'launch', ...files, '--', ...command]

// Writes its own pid into each file before "--", then becomes what follows it: all that this starts is in those cgroups.
const enterCgroup = 'while [ "$1" != -- ]; do echo $$ >"$1" || exit 125; shift; done; shift; exec "$@"'
