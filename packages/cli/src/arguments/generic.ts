import type { Field, FieldKind } from '@aptorch/shared'
import { BadValue } from '../values/bad-value.ts'
import { readPair } from '../values/pair.ts'
import type { Patch, Reader } from './reader.ts'

/** How a field is read that has no spelling of its own: by its kind, as the contract says it. */
export const genericReader = (field: Field): Reader => {
  const read = readers[field.kind]
  return (word) => ({ [field.name]: read(word, field) }) as Patch
}

const readers: Readonly<Record<FieldKind, (word: string, field: Field) => unknown>> = {
  text: readText,
  number: (word) => {
    if (!/^-?\d+(\.\d+)?$/.test(word)) throw new BadValue('a number')
    return Number(word)
  },
  boolean: (word) => {
    if (word !== 'true' && word !== 'false') throw new BadValue('true or false')
    return word === 'true'
  },
  list: (word, field) => [readText(word, field)],
  map: readPair,
  object: readJson,
  objects: (word) => [readJson(word)],
  other: readJson,
}

export const oneOf = (choices: readonly string[]): string =>
  choices.length < 2 ? choices.join('') : `${choices.slice(0, -1).join(', ')} or ${choices.at(-1)}`

function readText(word: string, { choices }: Field): string {
  if (choices && !choices.includes(word)) throw new BadValue(oneOf(choices))
  return word
}

function readJson(word: string): unknown {
  try {
    return JSON.parse(word)
  } catch (error) {
    throw new BadValue('JSON', { cause: error })
  }
}
