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
  /** True when `save` was damaged and the state before it had to be taken: what runs may be newer than what is known. */
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

  /** Reads the file; a damaged one is set aside, never overwritten, and the last good one is taken. */
  static async open(path: string, log: Log): Promise<Store> {
    const file = new SaveFile(path)
    const low = new Low<Containers>(file, {})
    try {
      await low.read()
      return new Store(low, false)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== undefined) throw error // it could not be read at all: that is no damage
      const aside = `${path}.damaged-${new Date().toISOString().replace(/[:.]/g, '-')}`
      await rename(path, aside)
      low.data = (await readLastGood(file, log)) ?? {}
      log.error({ event: 'save damaged', aside, containers: Object.keys(low.data).length, err: error })
      return new Store(low, true)
    }
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

const readLastGood = async (file: SaveFile, log: Log): Promise<Containers | null> => {
  try {
    return await file.readBackup()
  } catch (error) {
    log.error({ event: 'backup damaged', path: file.backup, err: error })
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
