import { isFolder } from '../folders.ts'
import { runTool } from '../tool.ts'

/** A unit of systemd that has a cgroup. */
export interface Unit {
  readonly name: string
  /** Its cgroup, as in `/proc/PID/cgroup`. */
  readonly path: string
  /** Of the user manager that runs it; undefined for the system's. */
  readonly user: string | undefined
}

/** The unit in whose cgroup a cgroup lies, by their names: services and scopes have processes, slices have none. */
export const unitOf = (path: string): Unit | undefined => {
  const found = path.match(/^.*\/([^/]+\.(?:service|scope))(?=\/|$)/)
  if (found?.[1] === undefined) return undefined
  return { name: found[1], path: found[0], user: found[0].match(/\/user@(\d+)\.service\//)?.[1] }
}

/** Whether systemd leaves a unit's cgroup to what runs in it (Delegate=); undefined where systemd does not run (sd_booted(3)). */
export const isDelegated = async ({ name, user }: Unit): Promise<boolean | undefined> => {
  if (!(await isFolder('/run/systemd/system'))) return undefined
  const manager =
    user === undefined ? ['systemctl'] : ['env', `XDG_RUNTIME_DIR=/run/user/${user}`, 'systemctl', '--user']
  const [file = '', ...args] = [...manager, 'show', '--property=Delegate', '--value', '--', name]
  const { ok, stdout } = await runTool(file, ...args)
  return ok && stdout.trim() === 'yes'
}
