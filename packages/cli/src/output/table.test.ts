import { stripVTControlCharacters } from 'node:util'
import { Chalk } from 'chalk'
import { expect, test } from 'vitest'
import { type Column, renderTable } from './table.ts'
import { textWidth } from './width.ts'

interface Row {
  readonly name: string
  readonly image: string
}

const columns: readonly Column<Row>[] = [
  { title: 'NAME', cell: ({ name }) => name },
  { title: 'IMAGE', cell: ({ image }) => image, shrinks: true },
]
const rows: readonly Row[] = [
  { name: 'web', image: 'docker://registry.example.org/team/project/image:1.2.3' },
  { name: 'database', image: './a.sif' },
]
const plain = new Chalk({ level: 0 })
const render = (available: number | undefined, table = rows) =>
  renderTable(columns, table, { columns: available, paint: plain }).split('\n')

test('a script that cuts columns out of a pipe gets whole values', () => {
  expect(render(undefined)).toEqual([
    'NAME       IMAGE',
    'web        docker://registry.example.org/team/project/image:1.2.3',
    'database   ./a.sif',
  ])
})

test('on a narrow terminal each row keeps to its line, and names stay whole', () => {
  const lines = render(30)
  expect(Math.max(...lines.map(textWidth))).toBe(30)
  expect(lines.slice(1)).toEqual(['web        docker://registry.…', 'database   ./a.sif'])
})

test('a terminal too narrow for anything still shows the names', () => {
  expect(render(5)[2]).toMatch(/^database/)
})

test('what matters least is left out before a row takes two lines, the last first', () => {
  const optional = [
    { title: 'NAME', cell: ({ name }: Row) => name },
    { title: 'AGE', cell: () => '3 minutes ago', optional: true },
    { title: 'IMAGE', cell: ({ image }: Row) => image, shrinks: true },
    { title: 'IP', cell: () => '10.22.0.2', optional: true },
  ] as const
  const titles = (columns: number) => {
    const lines = renderTable<Row>(optional, rows, { columns, paint: plain }).split('\n')
    return { titles: lines[0]?.split(/ +/), width: Math.max(...lines.map(textWidth)) }
  }
  expect(titles(47)).toEqual({ titles: ['NAME', 'AGE', 'IMAGE', 'IP'], width: 47 })
  expect(titles(46)).toEqual({ titles: ['NAME', 'AGE', 'IMAGE'], width: 46 })
  expect(titles(34)).toEqual({ titles: ['NAME', 'IMAGE'], width: 34 })
  expect(titles(10).titles).toEqual(['NAME', 'IMAGE'])
})

test('an empty list shows what there would be', () => {
  expect(render(undefined, [])).toEqual(['NAME   IMAGE'])
})

test('a value chosen by somebody else can not steer the terminal of who looks at it', () => {
  const [, line] = render(undefined, [{ name: 'web', image: 'a\u001b[2J\nfake   row\u009b2J' }])
  expect(line).toBe('web    a [2J fake   row 2J')
})

test('colour does not push columns out of line', () => {
  const colour = new Chalk({ level: 1 })
  const coloured = columns.map((column) => ({ ...column, paint: (text: string) => colour.green(text) }))
  const text = renderTable(coloured, rows, { columns: undefined, paint: colour })
  expect(text).toContain('\u001b[32m')
  expect(stripVTControlCharacters(text).split('\n').slice(1)).toEqual(render(undefined).slice(1))
})
