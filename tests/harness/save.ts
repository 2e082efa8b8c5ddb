import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export const saveOf = (home: string): string => join(home, 'orchestrator', 'save')

/** What `save` says of each container. */
// biome-ignore lint/suspicious/noExplicitAny: the daemon's own format, which tests look into and change by hand
export const readSave = (home: string): Record<string, any> => JSON.parse(readFileSync(saveOf(home), 'utf8')).containers

/** Changes what an ended daemon has saved, with a checksum that fits. */
export const editSave = (home: string, change: (containers: ReturnType<typeof readSave>) => void): void => {
  const save = JSON.parse(readFileSync(saveOf(home), 'utf8'))
  change(save.containers)
  save.checksum = `sha256:${createHash('sha256').update(JSON.stringify(save.containers)).digest('hex')}`
  writeFileSync(saveOf(home), JSON.stringify(save))
}
