import type { Field } from '@aptorch/shared'
import { genericReader, oneOf } from './generic.ts'
import type { FieldName, Reader } from './reader.ts'
import { type Spelling, spellings, type Way } from './spellings.ts'

/** A flag that gives a field of the request. */
export interface Flag {
  readonly field: Field
  /** Without its dashes. */
  readonly name: string
  /** Other names, short ones included. */
  readonly aliases: readonly string[]
  readonly describe: string
  readonly hidden: boolean
  readonly read: Reader
}

/** A word without a flag that gives a field of the request. */
export interface Positional {
  readonly field: Field
  readonly name: string
  readonly describe: string
  /** It takes all words that are left: one request each. */
  readonly several: boolean
  readonly read: Reader
}

/** The flags of a request's fields: the spellings of each, and always `--field-name`. */
export const flagsOf = (fields: readonly Field[]): Flag[] =>
  fields.flatMap((field) => {
    const spelling = spellingOf(field)
    const plain = field.name.replaceAll('_', '-')
    const ways: readonly Way[] = spelling.ways ?? [{ flag: plain }]
    const flags = ways.map((way) => toFlag(field, spelling, way))
    const [first] = flags
    return !first || ways.some(({ flag }) => flag === plain)
      ? flags
      : [...flags, { ...first, name: plain, aliases: [], hidden: true }]
  })

/** The words of a request that need no flag, in their order. */
export const positionalsOf = (fields: readonly Field[]): Positional[] => {
  const taken = fields.filter((field) => {
    const { positional } = spellingOf(field)
    return positional && (field.required || positional.always)
  })
  return taken.map((field) => {
    const { positional, read } = spellingOf(field)
    return {
      field,
      name: positional?.name ?? field.name,
      describe: positional?.describe ?? field.description,
      several: field.name === 'container_name' && taken.length === 1,
      read: read ?? genericReader(field),
    }
  })
}

export const spellingOf = (field: Field): Spelling => spellings[field.name as FieldName] ?? {}

const toFlag = (field: Field, { read, hidden }: Spelling, way: Way): Flag => ({
  field,
  name: way.flag,
  aliases: [...(way.short === undefined ? [] : [way.short]), ...(way.aliases ?? [])],
  describe: describeWay(way, field),
  hidden: hidden ?? false,
  read: way.read ?? read ?? genericReader(field),
})

const describeWay = ({ describe }: Way, { description, choices = [] }: Field) => {
  if (describe !== undefined) return typeof describe === 'string' ? describe : describe(description)
  const told = choices.length > 7 || choices.every((choice) => description.includes(choice))
  return told ? description : `${description}: ${oneOf(choices)}`
}
