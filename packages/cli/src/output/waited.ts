import type { ResponseOf } from '@aptorch/shared'
import type { Renderer } from './screen.ts'

/** What `wait` shows: the answer, and what was waited for. */
export interface Waited extends ResponseOf<'wait'> {
  readonly until: string
}

/** The exit code alone, as docker; of what has none, and where something else was waited for, the state. */
export const renderWaited: Renderer<Waited> = ({ until, exit_code, state, health }) => {
  if (until === 'healthy') return health ?? state
  return until === 'exited' && exit_code !== null ? String(exit_code) : state
}
