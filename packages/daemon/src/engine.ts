import type { Account } from './host/account.ts'
import type { Confines } from './host/launcher.ts'
import type { ProcessIdentity } from './host/process.ts'

/**
 * What runs containers. The orchestrator knows only this; Apptainer's flags and files stay in `apptainer/`, and a batch
 * scheduler can stand beside it.
 */
export interface Engine {
  describe(): Promise<EngineDescription>
  /** Makes a read-only root file system out of a source. Rejects with an ApiError that says why. */
  makeImage(order: ImageOrder): Promise<void>
  /** Starts a container and returns its first process. Rejects with an ApiError that has the engine's last lines. */
  start(plan: StartPlan): Promise<ProcessIdentity>
  /** Ends all processes: SIGTERM, then SIGKILL after `graceMs`. "Already gone" is success. */
  stop(instance: RunningInstance, graceMs: number): Promise<void>
  /** The containers of an account that the engine has a record of; not all of them need live. */
  instances(account: Account): Promise<string[]>
  /** The first process of a container, when it lives. */
  find(container: string, account: Account): Promise<ProcessIdentity | undefined>
  /** The exit code of a container's command since the last start; undefined while it has none. */
  exitCode(container: string): Promise<number | undefined>
  /** Removes what a container left beside its data: the files of its start, and its output. */
  forget(container: string, account: Account): Promise<void>
}

export interface EngineDescription {
  readonly name: string
  readonly version: string
  readonly path: string
}

export interface ImageOrder {
  readonly account: Account
  /** A URI such as `docker://alpine:3.20`, or the path of a SIF, a sandbox or a definition file. */
  readonly source: string
  /** It comes from a registry, not from this host. */
  readonly remote: boolean
  /** The registry is asked without TLS. */
  readonly insecure: boolean
  /** The folder to make. It must not be there yet; its parent is the account's. */
  readonly target: string
  readonly signal: AbortSignal
  /** Called with the process id of the maker, which leads a process group of its own. */
  readonly onStart: (pid: number) => Promise<void>
}

export interface StartPlan {
  readonly container: string
  readonly account: Account
  readonly rootfs: string
  /** The container's data folder, with the folder `overlay` in it. */
  readonly data: string
  /** Shell lines; empty for the image's own start script. */
  readonly command: readonly string[]
  readonly workingDir: string | null
  readonly environment: Readonly<Record<string, string>>
  readonly volumes: readonly { host_location: string; container_location: string; read_only: boolean }[]
  readonly confines: Confines
  /** The engine is to make a network without any way out; otherwise the container gets that of its confines. */
  readonly isolated: boolean
  readonly gpu: 'nvidia' | 'rocm' | null
}

export interface RunningInstance {
  readonly container: string
  readonly account: Account
  readonly process: ProcessIdentity
}
