import { BadValue } from './bad-value.ts'
import { readPair } from './pair.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** Reads `NAME=VALUE`. As with docker a `NAME` alone takes its value from the caller's environment, if it is there. */
export const readVariable = (text: string, environment: Environment): Record<string, string> => {
  if (text.includes('=')) return readPair(text)
  if (text === '') throw new BadValue('NAME=VALUE or NAME')
  const value = environment[text]
  return value === undefined ? {} : { [text]: value }
}

/** Reads the text of a file with a variable a line; empty lines and those that begin with "#" mean nothing. */
export const readVariables = (file: string, environment: Environment): Record<string, string> =>
  Object.assign(
    {},
    ...file
      .split(/\r?\n/)
      .filter((line) => line.trim() !== '' && !line.trimStart().startsWith('#'))
      .map((line) => readVariable(line.trimStart(), environment)),
  )
