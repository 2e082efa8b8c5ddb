import { randomBytes } from 'node:crypto'
import { chmod, chown, readFile } from 'node:fs/promises'
import { writeOwnFile } from './host/folders.ts'

/** The bearer token for TCP; made at the first start, readable for root and the group `aptorch`. */
export const ensureToken = async (path: string, group: number | undefined): Promise<string> => {
  const mode = group === undefined ? 0o600 : 0o640
  const kept = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return ''
    throw error
  })
  const token = kept.trim() || randomBytes(32).toString('base64url')
  if (kept.trim() === '') await writeOwnFile(path, `${token}\n`, mode)
  else await chmod(path, mode) // somebody may have changed it
  if (group !== undefined) await chown(path, process.getuid?.() ?? 0, group)
  return token
}
