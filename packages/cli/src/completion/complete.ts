import type { ContainerState } from '@aptorch/shared'
import { rows } from '../commands/rows.ts'
import { connect } from '../connection/connection.ts'
import { namesIn } from '../output/names.ts'
import type { World } from '../world.ts'
import { candidatesFor } from './candidates.ts'

// A shell waits for it at every press of the key.
const patienceMs = 700

/** Prints what may stand in the place of the last word, a line each. Never fails: a shell has no place for an error. */
export const complete = async (typed: readonly string[], world: World): Promise<void> => {
  const { words, containers, state, suffix } = candidatesFor(typed)
  const current = typed.at(-1) === '=' ? '' : (typed.at(-1) ?? '')
  const offered = [...words, ...(containers ? (await containerNames(state, world)).map((name) => name + suffix) : [])]
  const fitting = offered.filter((word) => word.startsWith(current))
  if (fitting.length > 0) world.stdout.write(`${fitting.join('\n')}\n`)
}

const containerNames = async (state: ContainerState | undefined, world: World): Promise<string[]> => {
  try {
    const { call } = connect(undefined, world, AbortSignal.any([world.signal, AbortSignal.timeout(patienceMs)]))
    return namesIn((await call(rows.getallcont, state === undefined ? {} : { state })).body)
  } catch {
    return [] // no daemon, no names: the rest of the completion goes on
  }
}
