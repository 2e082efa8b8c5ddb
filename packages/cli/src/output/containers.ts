import type { Container, ContainerState } from '@aptorch/shared'
import type { ChalkInstance } from 'chalk'
import { ago } from './ago.ts'
import type { Renderer } from './screen.ts'
import { renderTable } from './table.ts'

/** `ps`: a line a container. */
export const renderContainers: Renderer<readonly Container[]> = (containers, screen) =>
  renderTable<Container>(
    [
      { title: 'NAME', cell: ({ container_name }) => container_name },
      { title: 'IMAGE', cell: ({ image }) => image, shrinks: true },
      { title: 'STATE', cell: stateText, paint: (text, { state }) => screen.paint[colours[state]](text) },
      { title: 'CREATED', cell: ({ created_at }) => ago(created_at, screen.now) },
      { title: 'IP', cell: ({ container_ip }) => container_ip ?? '-' },
      { title: 'COMMAND', cell: ({ command }) => command.join('; ') || '-', shrinks: true },
    ],
    containers,
    screen,
  )

const stateText = ({ state, exit_code }: Container) =>
  state === 'exited' && exit_code !== null ? `${state} (${exit_code})` : state

const colours = {
  creating: 'cyan',
  running: 'green',
  paused: 'yellow',
  stopped: 'gray',
  exited: 'gray',
  failed: 'red',
  unknown: 'yellow',
} as const satisfies Record<ContainerState, keyof ChalkInstance>
