import { BadValue } from '../values/bad-value.ts'

/** Reads docker's `ctrl-p,ctrl-q` or `a,ctrl-]` into the bytes that these keys send; nothing, or `none`, into none. */
export const readKeys = (text: string): Uint8Array =>
  text === '' || text === 'none' ? new Uint8Array() : Uint8Array.from(text.split(',').map(readKey))

const readKey = (key: string): number => {
  if (/^[ -~]$/.test(key)) return key.charCodeAt(0)
  const [, letter] = key.toLowerCase().match(/^ctrl-([a-z@[\\\]^_])$/) ?? []
  if (letter === undefined) throw new BadValue('keys such as ctrl-p,ctrl-q, or none')
  // A terminal sends a letter with Ctrl as its place in the alphabet: the lower five bits of its code.
  return letter.charCodeAt(0) & 0x1f
}
