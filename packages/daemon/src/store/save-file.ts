import { createHash } from 'node:crypto'
import { constants } from 'node:fs'
import { link, open, readFile, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Adapter } from 'lowdb'
import * as z from 'zod'
import { ContainerRecord } from './record.ts'

export const saveVersion = 1

const Containers = z.record(z.string(), ContainerRecord)
const Envelope = z.object({ version: z.literal(saveVersion), checksum: z.string(), containers: z.unknown() })

export type Containers = Readonly<Record<string, ContainerRecord>>

/**
 * The `save` file: `{ version, checksum, containers }`, the checksum being SHA-256 over the containers as compact JSON.
 *
 * A write is whole or not at all, and on disk before it returns: a temporary file in the same folder, fsync, rename,
 * fsync of the folder. What was there before stays as `.bak`. There must be one writer (the daemon's lock sees to it).
 */
export class SaveFile implements Adapter<Containers> {
  readonly path: string
  readonly backup: string

  constructor(path: string) {
    this.path = path
    this.backup = `${path}.bak`
  }

  /** The containers, or null when there is no file yet. Throws when what is there is damaged. */
  async read(): Promise<Containers | null> {
    return readContainers(this.path)
  }

  async readBackup(): Promise<Containers | null> {
    return readContainers(this.backup)
  }

  async write(containers: Containers): Promise<void> {
    const temporary = `${this.path}.new`
    await writeDurably(
      temporary,
      `${JSON.stringify({ version: saveVersion, checksum: checksumOf(containers), containers }, null, 1)}\n`,
    )
    await this.#keepBackup()
    await rename(temporary, this.path)
    await syncFolder(dirname(this.path))
  }

  async #keepBackup() {
    const temporary = `${this.backup}.new`
    await rm(temporary, { force: true })
    try {
      await link(this.path, temporary)
    } catch (error) {
      if (isMissing(error)) return // the first write has nothing before it
      throw error
    }
    await rename(temporary, this.backup)
  }
}

const readContainers = async (path: string): Promise<Containers | null> => {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    if (isMissing(error)) return null
    throw error
  }
  const envelope = Envelope.parse(JSON.parse(text))
  if (envelope.checksum !== checksumOf(envelope.containers))
    throw new Error(`${path}: the checksum does not fit the content`)
  return Containers.parse(envelope.containers)
}

const checksumOf = (containers: unknown) =>
  `sha256:${createHash('sha256').update(JSON.stringify(containers)).digest('hex')}`

const writeDurably = async (path: string, text: string) => {
  const file = await open(
    path,
    constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | constants.O_NOFOLLOW,
    0o600,
  )
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
}

const syncFolder = async (path: string) => {
  const folder = await open(path, constants.O_RDONLY | constants.O_DIRECTORY)
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

const isMissing = (error: unknown) => (error as NodeJS.ErrnoException).code === 'ENOENT'
