import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type Account, isRoot } from './account.ts'
import { copyProgram, type Daemon, type DaemonOptions, startDaemon } from './daemon.ts'
import { makeFolder, removeFolder } from './folders.ts'
import { clearCgroups, clearHost } from './host.ts'
import { killProcessesOf } from './processes.ts'

/** A home, the daemons that run on it one after the other, and the folders that a test needs beside it. */
export class House {
  readonly home: string
  readonly #owner: Account | undefined
  readonly #root: string
  readonly #program: { program?: string }
  readonly #daemons: Daemon[] = []

  /** As root: the daemons of an owner run as that account, as a plain user's would. */
  constructor(workshop: string, owner?: Account) {
    this.#owner = owner
    this.#root = makeFolder(workshop, 'house', owner)
    this.home = join(this.#root, 'home')
    this.#program = owner && isRoot ? { program: copyProgram(makeFolder(this.#root, 'dist')) } : {}
  }

  /** Starts a daemon on this home; see `startDaemon`. */
  async start(options: Partial<DaemonOptions> = {}): Promise<Daemon> {
    const daemon = await startDaemon({ home: this.home, account: this.#owner, ...this.#program, ...options })
    this.#daemons.push(daemon)
    return daemon
  }

  /** A new folder beside the home, gone with it. */
  folder(name: string, owner = this.#owner): string {
    return makeFolder(this.#root, name, owner)
  }

  logs(): string {
    return this.#daemons.map((daemon) => daemon.log()).join('\n--- the next daemon:\n')
  }

  /** Ends the daemons and every container that they started, with all that these had of the host. */
  async vacate(): Promise<void> {
    for (const daemon of this.#daemons) await daemon.kill()
    await clearCgroups(this.home)
    await killProcessesOf(this.#root)
    if (existsSync(join(this.home, 'orchestrator'))) await clearHost(this.home)
  }

  /** The same, and removes all. */
  async clear(): Promise<void> {
    await this.vacate()
    await removeFolder(this.#root)
  }
}
