import { join } from 'node:path'

/** Who asks, as far as it decides where things lie. An empty variable counts as unset. */
export interface Caller {
  readonly uid: number | undefined
  readonly env: Readonly<Record<string, string | undefined>>
  readonly userHome: string
}

/** Where a daemon of root's has its things, for everyone on the machine. */
export const systemHome = '/opt/apptainer_container'
export const systemSocket = '/run/aptorch.sock'

/** The home of the caller's own daemon. */
export const defaultHome = ({ uid, env, userHome }: Caller): string =>
  uid === 0 ? systemHome : join(env.XDG_DATA_HOME || join(userHome, '.local', 'share'), 'aptorch')

/** The socket of the caller's own daemon, which may lie in its home where the session has no folder for sockets. */
export const defaultSocket = ({ uid, env }: Caller, home: string): string => {
  if (uid === 0) return systemSocket
  return env.XDG_RUNTIME_DIR ? join(env.XDG_RUNTIME_DIR, 'aptorch.sock') : join(home, 'orchestrator', 'aptorch.sock')
}

/** The file with the bearer token for TCP, in a daemon's home. */
export const tokenPath = (home: string): string => join(home, 'orchestrator', 'token')
