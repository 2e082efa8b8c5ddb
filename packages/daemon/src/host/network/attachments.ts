import { readdir, readFile, rename, rm, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { BoundPort } from '@aptorch/shared'
import * as z from 'zod'
import type { Log } from '../../log.ts'
import { ownAccount } from '../account.ts'
import { makeFolder, writeOwnFile } from '../folders.ts'
import { BridgeNetwork } from './plugin-config.ts'

/** What has been made for a container, or was about to be: each is noted before it is made. */
const Attachment = z.object({
  network: z.enum(['bridge', 'none']),
  ports: z.array(BoundPort),
  /** The bridge that it is to hang on; null before that is known. */
  bridge: BridgeNetwork.nullable(),
  /** What the bridge plugin has answered; null before that. */
  result: z.unknown(),
  address: z.string().nullable(),
  /** Whether the plugins for the firewall and the ports have been run. */
  published: z.boolean(),
})
export type AttachmentRecord = Readonly<z.output<typeof Attachment>>

/** A file a container, so that after a kill -9 the next daemon knows what there is to clear. */
export interface Attachments {
  readonly get: (container: string) => AttachmentRecord | undefined
  readonly list: () => readonly (readonly [container: string, record: AttachmentRecord])[]
  readonly save: (container: string, record: AttachmentRecord) => Promise<void>
  readonly remove: (container: string) => Promise<void>
}

/** Reads what an earlier daemon has noted. The folder is made when there is none. */
export const openAttachments = async (folder: string, log: Log): Promise<Attachments> => {
  await makeFolder(folder, { ...ownAccount(), mode: 0o700 })
  const known = new Map<string, AttachmentRecord>()
  for (const file of await readdir(folder)) {
    if (file.endsWith(suffix)) known.set(file.slice(0, -suffix.length), await read(join(folder, file), log))
    else await unlink(join(folder, file)) // one that was just being written
  }
  const fileOf = (container: string) => join(folder, `${container}${suffix}`)
  return {
    get: (container) => known.get(container),
    list: () => [...known],
    save: async (container, record) => {
      const temporary = `${fileOf(container)}.new`
      try {
        await writeOwnFile(temporary, JSON.stringify(record), 0o600)
        await rename(temporary, fileOf(container))
      } catch (error) {
        await rm(temporary, { force: true })
        throw error
      }
      known.set(container, record)
    },
    remove: async (container) => {
      if (!known.has(container)) return
      await unlink(fileOf(container))
      known.delete(container)
    },
  }
}

const suffix = '.json'

const read = async (path: string, log: Log): Promise<AttachmentRecord> => {
  try {
    return Attachment.parse(JSON.parse(await readFile(path, 'utf8')))
  } catch (error) {
    // A write is whole or not at all, unless the power goes, and with it everything that was made.
    log.warn({ event: 'state of a network is damaged', path, err: error })
    return { network: 'bridge', ports: [], bridge: null, result: null, address: null, published: false }
  }
}
