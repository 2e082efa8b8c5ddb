import type { JsonRoute, ResponseOf } from '@aptorch/shared'
import type { Row } from '../commands/rows.ts'
import { renderContainers } from './containers.ts'
import { renderInfo } from './info.ts'
import { renderLimits } from './limits.ts'
import { namesIn } from './names.ts'
import { renderPairs } from './pairs.ts'
import type { Renderer } from './screen.ts'
import { renderStat } from './stat.ts'
import { renderTop } from './top.ts'
import { renderWaited, type Waited } from './waited.ts'

/** How the answer of a route reads best, where that is neither its container's name nor lines of name and value. */
const renderers: { readonly [Name in JsonRoute]?: Renderer<ResponseOf<Name>> } = {
  getallcont: renderContainers,
  getcont: (container) => JSON.stringify(container, null, 2),
  info: renderInfo,
  update: renderLimits,
  top: renderTop,
  stat: renderStat,
  wait: (body, screen) => renderWaited(body as Waited, screen),
}

/**
 * The renderer of a route. Without one of its own, what does something to a container says which, as docker does, and what
 * tells something says it line by line.
 */
export const rendererOf = ({ name, method }: Row): Renderer<unknown> => {
  const own = renderers[name as JsonRoute] as Renderer<unknown> | undefined
  if (own) return own
  return (body, screen) => {
    if (Array.isArray(body)) return JSON.stringify(body, null, 2)
    const names = method === 'POST' ? namesIn(body) : []
    return names.length > 0 ? names.join('\n') : renderPairs(body as Record<string, unknown>, screen)
  }
}
