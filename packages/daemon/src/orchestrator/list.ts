import type { ContainerState, containerSorts, ListRequest } from '@aptorch/shared'
import type { ContainerRecord } from '../store/record.ts'

export interface Page {
  readonly records: ContainerRecord[]
  /** How many fit the filters, whatever the page. */
  readonly total: number
}

/** Filters, sorts and pages. Without a sort the oldest comes first. */
export const selectContainers = (all: readonly ContainerRecord[], request: ListRequest): Page => {
  const fitting = all.filter(
    (record) =>
      fitsState(record, request.state) && (request.label ?? []).every((label) => hasLabel(record.spec.labels, label)),
  )
  const sorted = fitting.sort(comparison(request.sort ?? 'created_at'))
  const offset = request.offset ?? 0
  return {
    records: sorted.slice(offset, request.limit === undefined ? undefined : offset + request.limit),
    total: fitting.length,
  }
}

const fitsState = (record: ContainerRecord, state: ContainerState | undefined) =>
  state === undefined || record.state === state

/** Whether there is such a label: `NAME` or `NAME=VALUE`. */
export const hasLabel = (labels: Readonly<Record<string, string>>, label: string): boolean => {
  const [name = '', ...value] = label.split('=')
  if (!Object.hasOwn(labels, name)) return false
  return value.length === 0 || labels[name] === value.join('=')
}

const sortKeys: Record<(typeof containerSorts)[number], (record: ContainerRecord) => string> = {
  container_name: (record) => record.name,
  created_at: (record) => record.created_at,
  started_at: (record) => record.started_at ?? '',
  state: (record) => record.state,
  image: (record) => record.spec.image,
}

const comparison = (sort: NonNullable<ListRequest['sort']>) => {
  const key = sortKeys[sort.replace(/^-/, '') as (typeof containerSorts)[number]]
  const direction = sort.startsWith('-') ? -1 : 1
  return (a: ContainerRecord, b: ContainerRecord) => direction * (compare(key(a), key(b)) || compare(a.name, b.name))
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)
