import type * as z from 'zod'

/** What a field of a request holds, as far as a query string or a command line has to know. */
export type FieldKind = 'text' | 'number' | 'boolean' | 'list' | 'map' | 'object' | 'objects' | 'other'

export interface Field {
  readonly name: string
  readonly kind: FieldKind
  readonly required: boolean
  readonly description: string
  readonly choices: readonly string[] | undefined
}

/** The fields of a request, in the order of its schema. */
export const fieldsOf = (schema: z.ZodObject): Field[] =>
  Object.entries(schema.shape).map(([name, type]) => {
    const inner = unwrap(type as z.ZodType)
    return {
      name,
      kind: kindOf(inner),
      required: !(type as z.ZodType).safeParse(undefined).success,
      description: (type as z.ZodType).meta()?.description ?? inner.meta()?.description ?? '',
      choices: choicesOf(inner),
    }
  })

const unwrap = (type: z.ZodType): z.ZodType =>
  type.def.type === 'optional' ? unwrap((type as z.ZodOptional<z.ZodType>).unwrap()) : type

/** Of one or several, those of one. */
const choicesOf = (type: z.ZodType): readonly string[] | undefined => {
  if (type.def.type === 'union') return (type as z.ZodUnion<z.ZodType[]>).options.map(choicesOf).find((found) => found)
  return type.def.type === 'enum' ? Object.keys((type as z.ZodEnum).enum) : undefined
}

const kindOf = (type: z.ZodType): FieldKind => {
  switch (type.def.type) {
    case 'string':
    case 'enum':
      return 'text'
    case 'number':
      return 'number'
    case 'boolean':
      return 'boolean'
    case 'record':
      return 'map'
    case 'array':
      return (type as z.ZodArray<z.ZodType>).element.def.type === 'object' ? 'objects' : 'list'
    case 'object':
      return 'object'
    case 'union': // one or several
      return (type as z.ZodUnion<z.ZodType[]>).options.map(kindOf).includes('list') ? 'list' : 'text'
    default:
      return 'other'
  }
}
