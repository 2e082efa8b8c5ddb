import type { LogItem } from '@aptorch/shared'
import { bytesOf } from '../output/bytes.ts'
import { flow, type World } from '../world.ts'
import type { Act } from './behaviour.ts'
import { streaming } from './streaming.ts'

/** `logs`: each line as the container printed it, to the stream that it printed it to. */
export const logs: Act = (invocation, world) => {
  const timestamps = invocation.requests[0]?.timestamps === true
  // Of which streams the last line is not ended yet: what comes next goes on with it.
  const open = new Set<string>()
  return streaming<LogItem>((item, { stdout, stderr }: World) => {
    if ('missed' in item) return flow(stderr, '(output is missing here: it was rotated away before it was read)\n')
    const head = timestamps && !open.has(item.stream) ? `${item.time} ` : ''
    if (item.partial) open.add(item.stream)
    else open.delete(item.stream)
    const line = Buffer.concat([Buffer.from(head), bytesOf(item), Buffer.from(item.partial ? '' : '\n')])
    return flow(item.stream === 'stdout' ? stdout : stderr, line)
  })(invocation, world)
}
