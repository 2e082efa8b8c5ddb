import { BadValue } from './bad-value.ts'

const units = ['', 'k', 'm', 'g', 't'] as const

/** Reads `512m`, `1.5g`, `2GiB` or plain bytes. As with docker a unit is a power of 1024. */
export const readSize = (text: string): number => {
  const [, amount, unit] = text.toLowerCase().match(/^(\d+(?:\.\d+)?)([kmgt]?)(?:i?b)?$/) ?? []
  if (amount === undefined) throw new BadValue('a size such as 512m or 2g')
  return Math.floor(Number(amount) * 1024 ** units.indexOf(unit as (typeof units)[number]))
}
