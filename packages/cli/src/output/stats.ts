import type { StatsItem } from '@aptorch/shared'
import type { Remarks } from './remarks.ts'
import type { Renderer } from './screen.ts'
import { sizeText } from './size.ts'
import { renderTable } from './table.ts'

/** `stats`: a line a container. */
export const renderStats: Renderer<readonly StatsItem[]> = (items, screen) =>
  renderTable<StatsItem>(
    [
      { title: 'NAME', cell: ({ container_name }) => container_name, shrinks: true, least: 12 },
      { title: 'CPU %', cell: ({ cpu_percent }) => percent(cpu_percent) },
      { title: 'MEM USAGE / LIMIT', cell: ({ memory, memory_limit }) => pair(memory, memory_limit) },
      { title: 'MEM %', cell: ({ memory_percent }) => percent(memory_percent) },
      {
        title: 'NET I/O',
        cell: ({ network_received, network_sent }) => pair(network_received, network_sent),
        optional: true,
      },
      { title: 'BLOCK I/O', cell: ({ block_read, block_written }) => pair(block_read, block_written), optional: true },
      { title: 'PIDS', cell: ({ pids, pids_limit }) => counted(pids, pids_limit) },
    ],
    items,
    screen,
  )

export const statsRemarks: Remarks<readonly StatsItem[]> = (items) => {
  const estimated = items.filter(({ source }) => source === 'proc').map(({ container_name }) => container_name)
  if (estimated.length === 0) return []
  return [`without a cgroup, added up over the processes that are there: ${estimated.join(', ')}`]
}

const unknown = '-'
const percent = (value: number | null) => (value === null ? unknown : `${value.toFixed(2)}%`)
const size = (bytes: number | null) => (bytes === null ? unknown : sizeText(bytes))
const pair = (first: number | null, second: number | null) =>
  first === null && second === null ? unknown : `${size(first)} / ${size(second)}`
const counted = (count: number | null, limit: number | null) =>
  limit === null ? `${count ?? unknown}` : `${count ?? unknown} / ${limit}`
