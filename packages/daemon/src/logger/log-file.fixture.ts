import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { headOf, setTag, stamp } from './entry.ts'

/** Entries of standard output with these texts. */
export const entries = (...texts: string[]): Buffer => {
  const head = headOf(stamp(0), 'stdout')
  setTag(head, false)
  return Buffer.concat(texts.flatMap((text) => [head, Buffer.from(`${text}\n`)]))
}

/** The texts of a file's entries, `!` before those of standard error. */
export const textsIn = (folder: string, file: string): string[] =>
  readFileSync(join(folder, file), 'utf8')
    .split('\n')
    .slice(0, -1)
    .map((line) => line.replace(/^\S+ std(out|err) F /, (_, end) => (end === 'err' ? '!' : '')))
