import type { Answered } from '@aptorch/shared'
import type { Invocation } from '../arguments/invocation.ts'
import type { World } from '../world.ts'
import { namesIn } from './names.ts'
import { notesIn } from './notes.ts'

/** Prints an answer: its result to standard output, what is to be said beside it to standard error. */
export const printAnswer = (
  { command, output }: Invocation,
  { body, text }: Answered,
  { stdout, stderr }: World,
): void => {
  const result = {
    json: () => text.trimEnd(),
    names: () => namesIn(body).join('\n'),
    text: () => command.render(body, { columns: stdout.columns, paint: stdout.paint, now: new Date() }),
  }[output]()
  if (result !== '') stdout.write(`${result}\n`)
  const remarks = output === 'text' ? command.remarks(body) : []
  for (const line of [...remarks, ...notesIn(body)]) stderr.write(`${line}\n`)
}
