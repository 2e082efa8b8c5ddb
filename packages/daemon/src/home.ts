import { join } from 'node:path'
import { tokenPath } from '@aptorch/shared'

/** Where everything lies below the home folder. Pure: nothing is made or looked at here. */
export interface Home {
  readonly root: string
  readonly orchestrator: string
  readonly save: string
  readonly config: string
  readonly token: string
  readonly lock: string
  /** Copies of the records of what was started, should `save` be lost. */
  readonly records: string
  /** A folder an account. */
  readonly accounts: string
  /** A folder a container. */
  readonly run: string
  /** What one container's start is made of; the container sees it as `/.aptorch`. */
  readonly runOf: (container: string) => string
  /** What containers have printed: a folder a container, and what the logger needs. */
  readonly logs: string
  readonly logsOf: (container: string) => string
  /** The container's data: the folder `<container>:<image>`. */
  readonly dataOf: (container: string, imageLabel: string) => string
  /** A folder with nothing in it, to cover others in containers. */
  readonly empty: string
  /** Pipes on their way to programs in containers. */
  readonly pipes: string
  /** What happened last. */
  readonly events: string
  /** Programs of the host that containers can run, a folder a version. */
  readonly tools: string
  /** State of the containers' networks. */
  readonly network: string
  /** Where volumes are made ready before containers see them. */
  readonly staging: string
  /** What belongs to one account and is its own to write. */
  readonly accountOf: (account: string) => AccountFolders
}

export interface AccountFolders {
  /** The daemon's: the account can't replace what is in it. */
  readonly root: string
  /** Images being made, and the daemon's notes on who makes them. The daemon's as well. */
  readonly making: string
  readonly images: string
  /** Apptainer's configuration folder, with its instance records and logs. */
  readonly instances: string
  readonly cache: string
  readonly tmp: string
}

export const homeAt = (root: string): Home => {
  const orchestrator = join(root, 'orchestrator')
  const accounts = join(orchestrator, 'accounts')
  const run = join(orchestrator, 'run')
  const logs = join(orchestrator, 'logs')
  return {
    root,
    orchestrator,
    save: join(orchestrator, 'save'),
    config: join(orchestrator, 'config.json'),
    token: tokenPath(root),
    lock: join(orchestrator, 'lock'),
    records: join(orchestrator, 'records'),
    accounts,
    run,
    empty: join(orchestrator, 'empty'),
    pipes: join(orchestrator, 'pipes'),
    events: join(orchestrator, 'events'),
    tools: join(orchestrator, 'tools'),
    network: join(orchestrator, 'network'),
    staging: join(orchestrator, 'staging'),
    runOf: (container) => join(run, container),
    logs,
    logsOf: (container) => join(logs, container),
    dataOf: (container, imageLabel) => join(root, `${container}:${imageLabel}`),
    accountOf: (account) => {
      const own = join(accounts, account)
      return {
        root: own,
        making: join(own, 'making'),
        images: join(own, 'images'),
        instances: join(own, 'instances'),
        cache: join(own, 'cache'),
        tmp: join(own, 'tmp'),
      }
    },
  }
}
