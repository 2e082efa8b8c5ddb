import type { ResponseOf } from '@aptorch/shared'
import { renderPairs } from './pairs.ts'
import type { Renderer } from './screen.ts'
import { renderTable } from './table.ts'

/** `info`: what runs there, and what this host can do. */
export const renderInfo: Renderer<ResponseOf<'info'>> = (info, screen) => {
  const { engine, account, containers, capabilities } = info
  const facts = renderPairs(
    {
      Daemon: `aptorchd ${info.version}, API ${info.api_version}`,
      Engine: `${engine.name} ${engine.version}, ${engine.path}`,
      Account: `${account.name} (uid ${account.uid}, gid ${account.gid})`,
      Home: info.home,
      Containers: `${containers.total}, of these ${containers.active} active`,
    },
    screen,
  )
  const { green, red } = screen.paint
  const table = renderTable(
    [
      {
        title: 'CAN',
        cell: ([name, { available }]) => `${available ? '✓' : '✗'} ${name.replaceAll('_', ' ')}`,
        paint: (text, [, { available }]) => (available ? green(text) : red(text)),
      },
      { title: 'REASON', cell: ([, { reason }]) => reason },
    ],
    Object.entries(capabilities),
    screen,
  )
  return `${facts}\n\n${table}`
}
