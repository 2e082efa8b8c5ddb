import type { Field, RouteName } from '@aptorch/shared'
import { genericReader, oneOf } from './generic.ts'
import type { FieldName, Reader } from './reader.ts'
import { ownSpellings } from './route-spellings.ts'
import { type Spelling, spellings, type Way } from './spellings.ts'

/** A field of a subcommand, with how people spell it there. */
export interface SpelledField extends Field {
  readonly spelling: Spelling
}

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
  readonly field: SpelledField
  readonly name: string
  readonly describe: string
  /** One word, or all that are left: for a list, or for one request each. */
  readonly takes: 'one' | 'list' | 'requests'
  readonly read: Reader
}

/** The flags of a request's fields: the spellings of each, and always `--field-name`. */
export const flagsOf = (fields: readonly SpelledField[]): Flag[] =>
  fields.flatMap((field) => {
    const { spelling } = field
    const plain = field.name.replaceAll('_', '-')
    const ways: readonly Way[] = spelling.ways ?? [{ flag: plain }]
    const flags = ways.map((way) => toFlag(field, spelling, way))
    const [first] = flags
    return !first || ways.some(({ flag }) => flag === plain)
      ? flags
      : [...flags, { ...first, name: plain, aliases: [], hidden: true }]
  })

/** The words of a request that need no flag, in their order. */
export const positionalsOf = (fields: readonly SpelledField[]): Positional[] => {
  const taken = fields.filter((field) => {
    const { positional } = field.spelling
    return positional && (field.required || positional.always)
  })
  return taken.map((field) => {
    const { positional, read } = field.spelling
    return {
      field,
      name: positional?.name ?? field.name,
      describe: positional?.describe ?? field.description,
      takes: positional?.takes ?? (field.name === 'container_name' && taken.length === 1 ? 'requests' : 'one'),
      read: read ?? genericReader(field),
    }
  })
}

/** A field as it is spelled in the subcommands of a route. */
export const spelled = (route: RouteName, field: Field): SpelledField => ({
  ...field,
  spelling: ownSpellings[route]?.[field.name as FieldName] ?? spellings[field.name as FieldName] ?? {},
})

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
