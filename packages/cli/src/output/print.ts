import type { Answered } from '@aptorch/shared'
import type { Invocation } from '../arguments/invocation.ts'
import type { Show } from '../commands/answering.ts'
import type { World } from '../world.ts'
import { namesIn } from './names.ts'
import { notesIn } from './notes.ts'

/** Prints an answer: its result to standard output, what is to be said beside it to standard error. */
export const printAnswer = (
  { output }: Invocation,
  { body, text }: Answered,
  { render, remarks }: Show,
  { stdout, stderr }: World,
): void => {
  const result = {
    json: () => text.trimEnd(),
    names: () => namesIn(body).join('\n'),
    text: () => render(body, { columns: stdout.columns, paint: stdout.paint, now: new Date() }),
  }[output]()
  if (result !== '') stdout.write(`${result}\n`)
  const said = output === 'text' ? remarks(body) : []
  for (const line of [...said, ...notesIn(body)]) stderr.write(`${line}\n`)
}
