import { type EventItem, type EventsRequest, momentOf } from '@aptorch/shared'
import { hasLabel } from '../list.ts'
import type { OperationDeps } from './operation.ts'

/** What happened and happens, as far as it fits the filters. */
export const createEvents =
  ({ events, gate }: OperationDeps) =>
  async (request: EventsRequest, signal: AbortSignal): Promise<AsyncIterable<EventItem>> => {
    const { since, follow = true } = request
    const from = beginning(since, follow)
    return gate.untilClosed(signal, (over) => filtered(events.read(from, follow, over), request))
  }

async function* filtered(items: AsyncIterable<EventItem>, request: EventsRequest): AsyncGenerator<EventItem> {
  for await (const item of items) if (fits(item, request)) yield item
}

const fits = ({ type, container_name, labels }: EventItem, request: EventsRequest): boolean => {
  if (type === 'missed') return true
  return (
    isAmong(container_name, request.container_name) &&
    isAmong(type, request.type) &&
    (request.label ?? []).every((label) => hasLabel(labels, label))
  )
}

const isAmong = <Item>(item: Item, wanted: Item | Item[] | undefined) =>
  wanted === undefined || [wanted].flat().includes(item)

/** Without an end it is asked for what comes; with one, for what there is. */
const beginning = (since: string | undefined, follow: boolean) => {
  if (since === undefined) return follow ? 'now' : { moment: 0 }
  if (/^\d+$/.test(since)) return { id: Number(since) + 1 }
  return { moment: momentOf(since, Date.now()) ?? 0 }
}
