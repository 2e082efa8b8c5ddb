import type { ExecOrder } from '../../engine.ts'

/** Programs of the host that every container sees; see guest-tools.ts. */
export interface ExecTools {
  command(name: 'setsid' | 'setpriv', ...args: readonly string[]): readonly string[]
}

/**
 * Arguments of `apptainer exec` for a program in an instance. In a terminal the program leads a session of its own, inside
 * only: a Ctrl-C would end Apptainer's starter, were that in the terminal's foreground group.
 */
export const execArguments = (order: ExecOrder, tools: ExecTools): string[] => [
  '--silent',
  '--nocolor', // its messages on a terminal are read as those on a pipe
  'exec',
  '--cleanenv',
  '--no-eval', // values are values: no shell looks at them
  '--cwd',
  order.workingDir,
  `instance://${order.container}`,
  ...(order.terminal ? tools.command('setsid', '--ctty', '--') : []),
  ...(order.user ? tools.command('setpriv', ...identityOptions(order.user), '--') : []),
  ...withHome(order.environment.HOME),
  ...order.command,
]

/** The variables of a program, those that a terminal needs included. */
export const execEnvironment = ({ environment, terminal }: ExecOrder): Readonly<Record<string, string>> =>
  terminal ? { TERM: 'xterm', ...environment } : environment

const identityOptions = ({ uid, gid }: { uid: number; gid: number }) => [
  `--reuid=${uid}`,
  `--regid=${gid}`,
  '--clear-groups',
]

/** Apptainer sets this variable itself, and refuses to take another value for it. */
const withHome = (home: string | undefined) =>
  home === undefined ? [] : ['/bin/sh', '-c', 'HOME=$1; export HOME; shift; exec "$@"', 'sh', home]
