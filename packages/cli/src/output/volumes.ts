import type { BoundVolume, Container } from '@aptorch/shared'
import type { Renderer } from './screen.ts'
import { renderTable } from './table.ts'

/** `volume ls`: a line a volume of a container. */
export const renderVolumes: Renderer<Container> = ({ volumes }, screen) =>
  renderTable<BoundVolume>(
    [
      { title: 'HOST', cell: ({ host_location }) => host_location },
      { title: 'CONTAINER', cell: ({ container_location }) => container_location },
      { title: 'MODE', cell: ({ read_only }) => (read_only ? 'read-only' : 'read-write') },
    ],
    volumes,
    screen,
  )
