import { rename } from 'node:fs/promises'
import { apiError } from '@aptorch/shared'
import { Low } from 'lowdb'
import type { Log } from '../log.ts'
import { ContainerRecord } from './record.ts'
import { type Containers, SaveFile } from './save-file.ts'

type Change = (containers: Record<string, ContainerRecord>) => void
interface Waiting {
  readonly change: Change
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

/**
 * What is known of every container, in memory and on disk.
 *
 * Rules: readers see only what is on disk. A change is on disk when its promise resolves; when the write fails, memory
 * stays as it was and the promise rejects. Changes that come while a write is under way share the next one.
 */
export class Store {
  /** True when there was no good `save`: what runs may be newer than what is known. */
  readonly recovered: boolean
  readonly #low: Low<Containers>
  #containers: Containers
  #waiting: Waiting[] = []
  #writing: Promise<void> | undefined

  private constructor(low: Low<Containers>, recovered: boolean) {
    this.#low = low
    this.#containers = low.data
    this.recovered = recovered
  }

  /**
   * Reads the file. When it is damaged (then it is set aside, never overwritten) or gone, the last good one is taken.
   */
  static async open(path: string, log: Log): Promise<Store> {
    const file = new SaveFile(path)
    const found = await readOrSetAside(file, log)
    const low = new Low<Containers>(file, found ?? (await readLastGood(file, log)) ?? {})
    return new Store(low, found === null)
  }

  get(name: string): ContainerRecord | undefined {
    return Object.hasOwn(this.#containers, name) ? this.#containers[name] : undefined
  }

  all(): ContainerRecord[] {
    return Object.values(this.#containers)
  }

  async put(record: ContainerRecord): Promise<void> {
    const checked = ContainerRecord.parse(record)
    await this.#change((containers) => {
      containers[checked.name] = checked
    })
  }

  async remove(name: string): Promise<void> {
    await this.#change((containers) => {
      delete containers[name]
    })
  }

  /** Resolves when nothing waits to be written. */
  async settled(): Promise<void> {
    await this.#writing
  }

  #change(change: Change): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ change, resolve, reject })
      this.#writing ??= this.#writeAll().finally(() => {
        this.#writing = undefined
      })
    })
  }

  async #writeAll() {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting
      this.#waiting = []
      const next = { ...this.#containers }
      for (const { change } of batch) change(next)
      try {
        this.#low.data = next
        await this.#low.write()
        this.#containers = next
        for (const { resolve } of batch) resolve()
      } catch (error) {
        this.#low.data = this.#containers
        const failure = saveFailure(error)
        for (const { reject } of batch) reject(failure)
      }
    }
  }
}

/** What the file says; null when there is none, or none any more because it was damaged. */
const readOrSetAside = async (file: SaveFile, log: Log): Promise<Containers | null> => {
  try {
    return await file.read()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== undefined) throw error // it could not be read at all: that is no damage
    const aside = `${file.path}.damaged-${new Date().toISOString().replace(/[:.]/g, '-')}`
    await rename(file.path, aside)
    log.error({ event: 'save damaged', aside, err: error })
    return null
  }
}

const readLastGood = async (file: SaveFile, log: Log): Promise<Containers | null> => {
  try {
    const found = await file.readBackup()
    if (found) log.error({ event: 'backup of save taken', path: file.backup, containers: Object.keys(found).length })
    return found
  } catch (error) {
    log.error({ event: 'backup of save damaged', path: file.backup, err: error })
    return null
  }
}

const saveFailure = (error: unknown) => {
  const { code, message } = error as NodeJS.ErrnoException
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return apiError(
      'disk_full',
      `the disk is full: what is known of the containers could not be saved (${message})`,
      error,
    )
  return apiError('save_failed', `what is known of the containers could not be saved: ${message}`, error)
}
