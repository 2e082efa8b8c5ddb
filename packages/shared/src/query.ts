import type * as z from 'zod'
import { fieldsOf } from './fields.ts'

/**
 * A request as query parameters, for GET: a list repeats its name (`label=a&label=b`), undefined is left out.
 * Structured fields have no such form and are not used by any GET route.
 */
export const toQuery = (request: Record<string, unknown>): string => {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(request)) {
    for (const item of Array.isArray(value) ? value : [value]) if (item !== undefined) query.append(name, String(item))
  }
  return query.toString()
}

/**
 * The way back: everything in a query is text, so the schema says what is a number, a boolean or a list. What does not
 * look like one stays text, for the schema to refuse by name.
 */
export const fromQuery = (query: URLSearchParams, schema: z.ZodObject): Record<string, unknown> => {
  const kinds = new Map(fieldsOf(schema).map((field) => [field.name, field.kind]))
  return Object.fromEntries(
    [...new Set(query.keys())].map((name) => {
      const values = query.getAll(name)
      return [name, kinds.get(name) === 'list' ? values : fromText(values.at(-1) ?? '', kinds.get(name))]
    }),
  )
}

const fromText = (text: string, kind: string | undefined): unknown => {
  if (kind === 'number' && /^-?\d+(\.\d+)?$/.test(text)) return Number(text)
  if (kind === 'boolean' && (text === 'true' || text === 'false')) return text === 'true'
  return text
}
