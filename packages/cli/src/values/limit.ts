import { BadValue } from './bad-value.ts'

/** Reads a limit. `none`, `unlimited`, `0` and docker's `-1` make 0, which takes a limit away; the rest is read by `read`. */
export const readLimit = (text: string, read: (text: string) => number): number =>
  noLimit.has(text.toLowerCase()) ? 0 : read(text)

/** Reads `2`, `1.5` or `.5`. */
export const readAmount = (text: string): number => {
  if (!/^(\d+(\.\d+)?|\.\d+)$/.test(text)) throw new BadValue('a number, such as 2')
  return Number(text)
}

const noLimit: ReadonlySet<string> = new Set(['0', '-1', 'none', 'unlimited'])
