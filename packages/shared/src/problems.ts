import { closest, distance } from 'fastest-levenshtein'
import type * as z from 'zod'
import { type ApiError, apiError } from './errors.ts'

/**
 * Turns what a schema found wrong into the error that a person reads: it names the field, what came and what is wanted.
 * One problem a request: the first is the one to mend first.
 */
export const describeProblem = (error: z.ZodError, input: unknown, schema: z.ZodObject): ApiError => {
  const issue = error.issues[0]
  if (!issue) return apiError('invalid_field', error.message, error)
  const field = fieldName(issue.path)
  if (issue.code === 'unrecognized_keys') return unknownField(issue.keys, field, Object.keys(schema.shape))
  if (issue.code === 'invalid_key') {
    const wanted = issue.issues[0]?.message ?? issue.message
    return apiError(
      'invalid_field',
      `${fieldName(issue.path.slice(0, -1))}: got ${show(issue.path.at(-1))}, want ${wanted}`,
    )
  }
  const value = valueAt(input, issue.path)
  if (value === undefined) return apiError('missing_field', `${field || 'the body'} is missing; want ${issue.message}`)
  return apiError('invalid_field', `${field || 'the body'}: got ${show(value)}, want ${issue.message}`)
}

/** A word of `known` that `word` may be a slip of, or nothing when none is near. */
export const suggestion = (word: string, known: readonly string[]): string | undefined => {
  if (known.length === 0) return undefined
  const near = closest(word, known)
  // Two letters in the wrong order count as two slips.
  const swapped = word.length > 3 && word.length === near.length
  return distance(word, near) <= Math.max(swapped ? 2 : 1, Math.floor(word.length / 3)) ? near : undefined
}

const unknownField = (keys: readonly string[], parent: string, known: readonly string[]) => {
  const named = keys.map((key) => {
    const near = parent === '' ? suggestion(key, known) : undefined
    return `${show(parent === '' ? key : `${parent}.${key}`)}${near ? ` (did you mean "${near}"?)` : ''}`
  })
  const takes = parent === '' ? `; known ones are ${known.length > 0 ? known.join(', ') : 'none'}` : ''
  return apiError('unknown_field', `unknown field ${named.join(', ')}${takes}`)
}

const fieldName = (path: readonly PropertyKey[]) =>
  path.reduce<string>(
    (name, part) => (typeof part === 'number' ? `${name}[${part}]` : name ? `${name}.${String(part)}` : String(part)),
    '',
  )

const valueAt = (input: unknown, path: readonly PropertyKey[]) =>
  path.reduce<unknown>(
    (value, part) =>
      typeof value === 'object' && value !== null ? (value as Record<PropertyKey, unknown>)[part] : undefined,
    input,
  )

const show = (value: unknown) => {
  const text = JSON.stringify(value) ?? String(value)
  return text.length > 80 ? `${text.slice(0, 77)}… (${text.length} characters)` : text
}
