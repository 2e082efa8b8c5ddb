import { type LogItem, type LogsRequest, momentOf } from '@aptorch/shared'
import { toJsonBytes } from '../output.ts'
import { isActive } from '../view.ts'
import type { OperationDeps } from './operation.ts'

/** What a container's command printed, and prints. */
export const createLogs =
  ({ store, gate, logs }: OperationDeps) =>
  async (request: LogsRequest, signal: AbortSignal): Promise<AsyncIterable<LogItem>> => {
    const { container_name: name, tail, since, until, follow = false, stream } = request
    gate.known(name)
    const now = Date.now()
    const moment = (text: string | undefined) => (text === undefined ? null : new Date(momentOf(text, now) ?? now))
    const options = {
      tail: tail ?? null,
      since: moment(since),
      until: moment(until),
      follow,
      streams: stream === undefined ? (['stdout', 'stderr'] as const) : [stream],
      ended: () => {
        const record = store.get(name)
        // One that is being started again goes on printing.
        return (
          !record ||
          !(isActive(record) || record.state === 'creating' || record.state === 'unknown' || record.restart.at !== null)
        )
      },
    }
    return gate.untilClosed(signal, (over) => items(logs.read(name, { ...options, signal: over })))
  }

async function* items(entries: ReturnType<OperationDeps['logs']['read']>): AsyncGenerator<LogItem> {
  for await (const entry of entries) {
    if ('missed' in entry) yield entry
    else {
      const { time, stream, text, partial } = entry
      yield { time, stream, ...toJsonBytes(text), ...(partial ? { partial } : {}) }
    }
  }
}
