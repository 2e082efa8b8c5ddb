import type { Patch } from './reader.ts'

/** Lays patches over each other: lists grow, objects are laid over each other, of anything else the last wins. */
export const merge = (patches: readonly Patch[]): Patch => {
  const merged: Record<string, unknown> = {}
  for (const patch of patches) {
    for (const [name, value] of Object.entries(patch)) merged[name] = join(merged[name], value)
  }
  return merged as Patch
}

const join = (before: unknown, after: unknown): unknown => {
  if (Array.isArray(before) && Array.isArray(after)) return [...before, ...after]
  return isObject(before) && isObject(after) ? { ...before, ...after } : after
}

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
