import { expect, test } from 'vitest'
import { commands } from '../commands/commands.ts'
import { rows } from '../commands/rows.ts'
import { flagsOf } from './flags.ts'
import { globalOptions, optionsOf } from './options.ts'
import type { spellings } from './spellings.ts'

const byName = commands.map((command) => [command.names[0] ?? '', command] as const)

test.each(Object.values(rows).map((row) => [row.path, row] as const))(
  'all that %s takes can be said on the command line',
  (_, row) => {
    const plain = row.fields.map(({ name }) => name.replaceAll('_', '-'))
    expect(flagsOf(row.fields).map(({ name }) => name)).toEqual(expect.arrayContaining(plain))
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

test('a short flag takes a value in every subcommand or in none, so that -eA=b can be read', () => {
  const meanings = new Map<string, Set<boolean>>()
  for (const { aliases, takesValue } of [...globalOptions, ...commands.flatMap(optionsOf)]) {
    for (const alias of aliases) meanings.set(alias, (meanings.get(alias) ?? new Set()).add(takesValue))
  }
  expect([...meanings].filter(([, values]) => values.size > 1)).toEqual([])
})

test('a spelling of a field that no route has does not compile', () => {
  // @ts-expect-error: the contract has no such field
  const wrong: typeof spellings = { no_such_field: {} }
  expect(wrong).toBeDefined()
})
