import type { Readable, Writable } from 'node:stream'
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
  /**
   * Runs one more program in a container that runs. Rejects with an ApiError when it can't be run at all; a program that the
   * container doesn't have is one that ends with 127, one that may not be run with 126, as a shell reports them.
   */
  exec(order: ExecOrder): Promise<RunningExec>
  /** What is at a path in a container. Rejects with an ApiError: `path_not_found` when there is nothing. */
  stat(files: ContainerFiles, path: string): Promise<PathStat>
  /**
   * Reads what is at a path as a tar archive, with numeric owners: a root entry of the path's last name, or "." for a path
   * that ends in "/." or is "/". A link is read as a link, unless it is followed or its path ends in "/".
   */
  readArchive(files: ContainerFiles, path: string, options: { readonly follow: boolean }): Promise<ArchiveRead>
  /**
   * Unpacks a tar archive, uncompressed, in a folder that is there. Folders that are there keep their owner, mode and what
   * is in them. Rejects with an ApiError when an entry leads out of the folder, or would put a file in the place of a
   * folder or the reverse; what came before it stays. Resolves when nothing of it runs any more, and so it rejects.
   */
  writeArchive(files: ContainerFiles, path: string, archive: Readable): Promise<void>
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

export interface ExecOrder {
  readonly container: string
  readonly account: Account
  /** The container's first process. */
  readonly process: ProcessIdentity
  readonly confines: Confines
  /** The program and its arguments. */
  readonly command: readonly string[]
  /** In the container; it must be there. */
  readonly workingDir: string
  readonly environment: Readonly<Record<string, string>>
  /** Numeric user and group inside; null for root inside. */
  readonly user: { readonly uid: number; readonly gid: number } | null
  /** Whether it gets a standard input; without, that is empty. */
  readonly stdin: boolean
  /** Runs it in a terminal of this size, with its standard error in the same stream; null for separate streams. */
  readonly terminal: TerminalSize | null
}

export interface TerminalSize {
  readonly rows: number
  readonly columns: number
}

/** A program that was started in a container. */
export interface RunningExec {
  /** Null when it was given none. */
  readonly stdin: Writable | null
  /** All that it prints, when it runs in a terminal. */
  readonly stdout: Readable
  /** Null when it runs in a terminal. */
  readonly stderr: Readable | null
  /** Resolves when it has ended: its exit code, 128 and the signal's number when one ended it. Never rejects. */
  readonly ended: Promise<number>
  /** Changes the size of its terminal; without one, nothing happens. */
  resize(size: TerminalSize): void
  /** Ends it and what it started: SIGTERM (SIGHUP in a terminal), then SIGKILL. Resolves when it has ended. "Already gone" is success. */
  end(): Promise<void>
}

/** A container as far as its files go. */
export interface ContainerFiles {
  readonly container: string
  readonly account: Account
  /** Null for one that doesn't run: nothing may start it, or write to its data, while its files are worked with. */
  readonly running: { readonly process: ProcessIdentity; readonly confines: Confines } | null
  readonly rootfs: string
  readonly data: string
  readonly volumes: StartPlan['volumes']
}

export interface PathStat {
  /** The last part of the path; "/" for the root. */
  readonly name: string
  readonly type: 'file' | 'folder' | 'link' | 'other'
  /** In bytes. */
  readonly size: number
  /** Permission bits. */
  readonly mode: number
  /** RFC 3339. */
  readonly modified_at: string
  /** Where a link leads; null for all else. */
  readonly link_target: string | null
  /** What a link leads to in the end; null for all else. */
  readonly target_type: 'file' | 'folder' | 'other' | 'missing' | null
}

export interface ArchiveRead {
  readonly stat: PathStat
  /** Fails when the archive can't be made to its end. Destroy it to end that early. */
  readonly archive: Readable
  /** Resolves when nothing of it runs any more, however it went. Never rejects. */
  readonly ended: Promise<void>
}

export interface RunningInstance {
  readonly container: string
  readonly account: Account
  readonly process: ProcessIdentity
}
