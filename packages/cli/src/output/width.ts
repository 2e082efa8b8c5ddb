import { stripVTControlCharacters } from 'node:util'

/**
 * Columns of a terminal that a text takes, colours not counted. The build puts this in the place of yargs' string-width,
 * whose tables of emoji take 40 ms to load: longer than everything else that a subcommand does.
 */
export const textWidth = (text: string): number => {
  if (plain.test(text)) return text.length
  return [...stripVTControlCharacters(text)].reduce((sum, character) => sum + characterWidth(character), 0)
}

export default textWidth

/** A text of at most that many columns; what was cut off is shown by "…". */
export const cut = (text: string, width: number): string => {
  if (textWidth(text) <= width) return text
  let kept = ''
  let used = 0
  for (const character of text) {
    used += characterWidth(character)
    if (used > width - 1) break
    kept += character
  }
  return `${kept}…`
}

const plain = /^[ -~]*$/
const combining = /^[\p{Mn}\p{Me}\p{Cf}\p{Cc}]$/u
// East Asian Wide and Fullwidth of Unicode's annex 11, by block, and what is shown as an emoji.
const wide =
  /^[\p{Emoji_Presentation}\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]$/u

const characterWidth = (character: string) => (combining.test(character) ? 0 : wide.test(character) ? 2 : 1)
