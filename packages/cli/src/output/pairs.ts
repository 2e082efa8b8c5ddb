import { printable } from './printable.ts'
import type { Renderer } from './screen.ts'

/** A body as lines of name and value, structured values as JSON: the rendering of an answer that has none of its own. */
export const renderPairs: Renderer<Readonly<Record<string, unknown>>> = ({ status: _, ...fields }, screen) => {
  const names = Object.keys(fields)
  const width = Math.max(...names.map((name) => name.length))
  return Object.entries(fields)
    .map(([name, value]) => `${screen.paint.bold(name.padEnd(width))}   ${printable(asText(value))}`)
    .join('\n')
}

const asText = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value))
