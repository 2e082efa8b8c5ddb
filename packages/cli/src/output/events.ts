import type { EventItem, EventType } from '@aptorch/shared'
import type { ChalkInstance } from 'chalk'
import { printable } from './printable.ts'

/** A line for an event, as docker's: when, what, of which container, and in brackets what there is to say beside. */
export const eventLine = ({ time, type, container_name, image, details }: EventItem, paint: ChalkInstance): string => {
  // That of a container is said once, when it is created.
  const withImage = image !== null && (container_name === null || type === 'created')
  const pairs = Object.entries(withImage ? { image, ...details } : details)
  const beside = pairs.map(([name, value]) => `${name}=${value}`).join(', ')
  return [
    time,
    paint[colours[type] ?? 'cyan'](type),
    ...(container_name === null ? [] : [container_name]),
    ...(beside === '' ? [] : [paint.gray(`(${printable(beside)})`)]),
  ].join(' ')
}

const colours: { readonly [Type in EventType]?: 'green' | 'red' | 'yellow' | 'gray' } = {
  started: 'green',
  resumed: 'green',
  stopped: 'gray',
  exited: 'gray',
  deleted: 'gray',
  data_deleted: 'gray',
  failed: 'red',
  oom: 'red',
  paused: 'yellow',
  restarting: 'yellow',
  unknown: 'yellow',
  missed: 'yellow',
}
