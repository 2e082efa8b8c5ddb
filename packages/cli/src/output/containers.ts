import type { Container, ContainerState } from '@aptorch/shared'
import type { ChalkInstance } from 'chalk'
import { ago } from './ago.ts'
import { addressText, portText } from './ports.ts'
import type { Renderer } from './screen.ts'
import { renderTable } from './table.ts'

/** `ps`: a line a container. */
export const renderContainers: Renderer<readonly Container[]> = (containers, screen) => {
  // As wide as 0.0.0.0:8080->80/tcp: less of an address is of no use.
  const ports = { title: 'PORTS', cell: portsText, shrinks: true, least: 20 } as const
  return renderTable<Container>(
    [
      { title: 'NAME', cell: ({ container_name }) => container_name },
      { title: 'IMAGE', cell: ({ image }) => image, shrinks: true },
      {
        title: 'STATE',
        cell: (container) => stateText(container, screen.now),
        paint: (text, container) => screen.paint[colourOf(container)](text),
      },
      { title: 'CREATED', cell: ({ created_at }) => ago(created_at, screen.now), optional: true },
      { title: 'IP', cell: ({ container_ip }) => container_ip ?? '-', optional: true },
      ...(containers.some(({ ports }) => ports.length > 0) ? [ports] : []),
      { title: 'COMMAND', cell: ({ command }) => command.join('; ') || '-', shrinks: true, optional: true },
    ],
    containers,
    screen,
  )
}

const stateText = ({ state, exit_code, oom_killed, health, next_restart_at }: Container, now: Date) => {
  const details = [
    ...(state === 'exited' && exit_code !== null ? [exit_code] : []),
    ...(oom_killed ? ['oom'] : []),
    ...(health === null ? [] : [health === 'starting' ? 'health: starting' : health]),
  ]
  const text = details.length === 0 ? state : `${state} (${details.join(', ')})`
  return next_restart_at === null ? text : `${text}, again in ${secondsUntil(next_restart_at, now)}s`
}

const secondsUntil = (time: string, now: Date) => Math.max(0, Math.ceil((Date.parse(time) - now.getTime()) / 1000))

const colourOf = ({ state, health }: Container) => (health === 'unhealthy' ? 'red' : colours[state])

/** Those of one that has ended lead nowhere. */
const portsText = ({ container_active, ports }: Container) =>
  (container_active && ports.map((port) => `${addressText(port)}->${portText(port)}`).join(', ')) || '-'

const colours = {
  creating: 'cyan',
  running: 'green',
  paused: 'yellow',
  stopped: 'gray',
  exited: 'gray',
  failed: 'red',
  unknown: 'yellow',
} as const satisfies Record<ContainerState, keyof ChalkInstance>
