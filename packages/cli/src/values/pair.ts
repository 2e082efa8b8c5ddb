import { BadValue } from './bad-value.ts'

/** Reads `NAME=VALUE`; the value may hold further "=" and may be empty. */
export const readPair = (text: string): Record<string, string> => {
  const at = text.indexOf('=')
  if (at < 1) throw new BadValue('NAME=VALUE')
  return { [text.slice(0, at)]: text.slice(at + 1) }
}
