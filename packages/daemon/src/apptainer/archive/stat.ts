import { posix } from 'node:path'
import type { PathStat } from '../../engine.ts'

/** Reads what find(1) printed for `statArguments`. Throws when it is of another form. */
export const parseStat = (path: string, text: string): PathStat => {
  const [type, target, mode, size, time, link, ...rest] = text.split('\0')
  if (rest.join('') !== '' || !type || !target || !mode || !size || !time || link === undefined) {
    throw new Error(`find printed something else than was asked of it: ${JSON.stringify(text.slice(0, 200))}`)
  }
  const isLink = type === 'l'
  return {
    name: posix.basename(path) || '/',
    type: isLink ? 'link' : typeOf(type),
    size: Number(size),
    mode: Number.parseInt(mode, 8),
    modified_at: timeOf(time),
    link_target: isLink ? link : null,
    target_type: isLink ? (missing.includes(target) ? 'missing' : typeOf(target)) : null,
  }
}

/** What lies directly in a folder, by its name. */
export type Listing = ReadonlyMap<string, { readonly isFolder: boolean; readonly leadsToFolder: boolean }>

/** Reads what find(1) printed for `listArguments`. */
export const parseListing = (text: string): Listing =>
  new Map(
    text
      .split('\0')
      .filter(Boolean)
      .map((line) => [line.slice(2), { isFolder: line[0] === 'd', leadsToFolder: line[1] === 'd' }]),
  )

// Nothing there, a loop, or something that can't be looked at, as find(1) has them for `%Y`.
const missing = ['N', 'L', '?']

const typeOf = (letter: string) => (letter === 'd' ? 'folder' : letter === 'f' ? 'file' : 'other')

// A file can have any time; RFC 3339 has four digits for the year.
const timeOf = (seconds: string) => new Date(Math.min(Math.max(Number(seconds) * 1000, first), last)).toISOString()
const first = Date.parse('0001-01-01T00:00:00.000Z')
const last = Date.parse('9999-12-31T23:59:59.999Z')
