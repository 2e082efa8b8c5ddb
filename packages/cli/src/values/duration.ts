import { BadValue } from './bad-value.ts'

/** Reads `90`, `1.5`, `1m30s` or `500ms` into seconds. */
export const readDuration = (text: string): number => {
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text)
  const parts = text.match(/^(?:(\d+)h)?(?:(\d+)m)?(?:(\d+(?:\.\d+)?)s)?(?:(\d+)ms)?$/)
  if (!parts || text === '') throw new BadValue('a number of seconds, or a duration such as 1m30s')
  const [hours = 0, minutes = 0, seconds = 0, milliseconds = 0] = parts.slice(1).map((part) => Number(part ?? 0))
  return (hours * 60 + minutes) * 60 + seconds + milliseconds / 1000
}
