/**
 * Words as one line of shell that yields the same words again: what stands after `--` is a program and its arguments, as
 * with docker, and a shell on the way must not read anything into them.
 */
export const shellLine = (words: readonly string[]): string =>
  words.map((word, index) => (isPlain(word, index === 0) ? word : quote(word))).join(' ')

// A first word with "=" would be an assignment.
const isPlain = (word: string, first: boolean) => (first ? /^[\w/.,:@%+-]+$/ : /^[\w/.,:@%+=-]+$/).test(word)

const quote = (word: string) => `'${word.replaceAll("'", `'\\''`)}'`
