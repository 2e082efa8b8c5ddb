import type { ResponseOf } from '@aptorch/shared'
import { renderPairs } from './pairs.ts'
import type { Renderer } from './screen.ts'
import { sizeText } from './size.ts'

/** `stat`: what is at a path of a container. */
export const renderStat: Renderer<ResponseOf<'stat'>> = (
  { path, type, size, mode, modified_at, link_target, target_type },
  screen,
) =>
  renderPairs(
    {
      path,
      type,
      size: sizeText(size),
      mode: mode.toString(8).padStart(4, '0'),
      modified: modified_at,
      ...(link_target === null ? {} : { 'leads to': `${link_target} (${target_type ?? 'unknown'})` }),
    },
    screen,
  )
