import type * as z from 'zod'
import { fieldsOf } from './fields.ts'

/**
 * A request as query parameters, for GET: a list repeats its name (`label=a&label=b`), a map does with a name and a value in
 * each (`environment=A%3Db`), undefined is left out. Objects of other kinds have no such form and are in no such request.
 */
export const toQuery = (request: Readonly<Record<string, unknown>>): string => {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(request)) for (const item of itemsOf(value)) query.append(name, item)
  return query.toString()
}

const itemsOf = (value: unknown): string[] => {
  if (value === undefined) return []
  if (Array.isArray(value)) return value.map(String)
  if (typeof value !== 'object' || value === null) return [String(value)]
  return Object.entries(value).map(([key, item]) => `${key}=${item}`)
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
      const kind = kinds.get(name)
      if (kind === 'list') return [name, values]
      return [name, kind === 'map' ? toMap(values) : fromText(values.at(-1) ?? '', kind)]
    }),
  )
}

/** A pair without "=" gets no value, for the schema to refuse. */
const toMap = (pairs: readonly string[]) =>
  Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf('=')
      return at < 0 ? [pair, undefined] : [pair.slice(0, at), pair.slice(at + 1)]
    }),
  )

const fromText = (text: string, kind: string | undefined): unknown => {
  if (kind === 'number' && /^-?\d+(\.\d+)?$/.test(text)) return Number(text)
  if (kind === 'boolean' && (text === 'true' || text === 'false')) return text === 'true'
  return text
}
