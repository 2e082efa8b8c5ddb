import { expect, test } from 'vitest'
import { commands } from '../commands/commands.ts'
import { rows } from '../commands/rows.ts'
import { flagsOf, spelled } from './flags.ts'
import { globalOptions, optionsOf } from './options.ts'
import type { spellings } from './spellings.ts'

const byName = commands.map((command) => [command.names[0] ?? '', command] as const)

test.each(Object.values(rows).map((row) => [row.path, row] as const))(
  'all that %s takes can be said on the command line',
  (_, row) => {
    const plain = row.fields.map(({ name }) => name.replaceAll('_', '-'))
    expect(flagsOf(row.fields.map((field) => spelled(row.name, field))).map(({ name }) => name)).toEqual(
      expect.arrayContaining(plain),
    )
  },
)

test.each(byName)('no flag of "aptorch %s" means two things', (_, command) => {
  const names = [...globalOptions, ...optionsOf(command)].flatMap(({ name, aliases }) => [name, ...aliases])
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([])
})

test.each(byName)('the help of "aptorch %s" says what each flag is for', (_, command) => {
  const mute = optionsOf(command).filter(({ describe, hidden }) => !hidden && describe === '')
  expect(mute).toEqual([])
})

test('a spelling of a field that no route has does not compile', () => {
  // @ts-expect-error: the contract has no such field
  const wrong: typeof spellings = { no_such_field: {} }
  expect(wrong).toBeDefined()
})
