import { printable } from './printable.ts'
import type { Screen } from './screen.ts'
import { cut, textWidth } from './width.ts'

export interface Column<Row> {
  readonly title: string
  readonly cell: (row: Row) => string
  /** Gives way when a row would not fit a line of the terminal. */
  readonly shrinks?: true
  /** How wide it stays when it gives way; 8 when left out. */
  readonly least?: number
  /** Left out when nothing that shrinks has more to give; the last such column goes first. */
  readonly optional?: true
  /** Colours a cell's text, which is padded and cut by then. */
  readonly paint?: (text: string, row: Row) => string
}

/**
 * An aligned table with a row of titles. On a terminal columns that shrink are cut, the widest first, and then optional
 * ones left out, so that a row takes one line.
 */
export const renderTable = <Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  screen: Pick<Screen, 'columns' | 'paint'>,
): string => {
  const { columns: available, paint } = screen
  const cells = rows.map((row) => columns.map((column) => printable(column.cell(row))))
  const natural = columns.map(({ title }, at) =>
    Math.max(title.length, ...cells.map((line) => textWidth(line[at] ?? ''))),
  )
  const widths = available === undefined ? natural : fit(natural, columns, available)
  const spare = columns.findLastIndex(({ optional }) => optional)
  if (available !== undefined && total(widths) > available && spare >= 0) {
    return renderTable(
      columns.filter((_, at) => at !== spare),
      rows,
      screen,
    )
  }
  const line = (texts: readonly string[], colour: (text: string, at: number) => string) =>
    texts
      .map((text, at) => colour(at === texts.length - 1 ? cut(text, widths[at] ?? 0) : pad(text, widths[at] ?? 0), at))
      .join(gap)
      .trimEnd()
  return [
    line(
      columns.map(({ title }) => title),
      (text) => paint.bold(text),
    ),
    ...rows.map((row, index) => line(cells[index] ?? [], (text, at) => columns[at]?.paint?.(text, row) ?? text)),
  ].join('\n')
}

const gap = '   '
const leastWidth = 8

/** Takes from the widest column that shrinks, again and again, until all fit or none has anything to give. */
const fit = (natural: readonly number[], columns: readonly Column<never>[], available: number): number[] => {
  const widths = [...natural]
  const spare = (at: number) => (columns[at]?.shrinks ? (widths[at] ?? 0) - (columns[at].least ?? leastWidth) : 0)
  while (total(widths) > available) {
    const most = Math.max(...widths.map((_, at) => spare(at)))
    if (most <= 0) break
    const widest = widths.findIndex((_, at) => spare(at) === most)
    widths[widest] = (widths[widest] ?? 0) - 1
  }
  return widths
}

const total = (widths: readonly number[]) =>
  widths.reduce((sum, width) => sum + width, 0) + gap.length * (widths.length - 1)

const pad = (text: string, width: number) => {
  const shown = cut(text, width)
  return shown + ' '.repeat(Math.max(0, width - textWidth(shown)))
}
