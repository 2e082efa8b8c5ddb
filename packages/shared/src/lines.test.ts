import { expect, test } from 'vitest'
import { linesOf } from './lines.ts'

async function* chunks(...parts: readonly (string | number[])[]) {
  for (const part of parts) yield typeof part === 'string' ? Buffer.from(part) : Uint8Array.from(part)
}

const all = async (...parts: readonly (string | number[])[]) => {
  const lines: string[] = []
  for await (const line of linesOf(chunks(...parts))) lines.push(line)
  return lines
}

test.for([
  ['nothing', [], []],
  ['two lines in one chunk', ['a\nb\n'], ['a', 'b']],
  ['a line over three chunks', ['ab', 'c', 'd\n'], ['abcd']],
  ['empty lines', ['\n', '\n\na\n'], ['', '', '', 'a']],
  ['a last line without its newline', ['a\nb'], ['a', 'b']],
  ['a character over two chunks', [[0xc5], [0xbe, 10]], ['ž']],
] as const)('lines: %s', async ([, parts, lines]) => {
  expect(await all(...(parts as unknown as (string | number[])[]))).toEqual(lines)
})
