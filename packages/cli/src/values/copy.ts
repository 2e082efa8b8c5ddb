import { posix, resolve } from 'node:path'
import { containerNamePattern } from '@aptorch/shared'
import { BadValue } from './bad-value.ts'

/** One side of `aptorch cp`. */
export type CopySide =
  | StreamSide
  | (Place & ({ readonly kind: 'local' } | { readonly kind: 'container'; readonly name: string }))

/** Standard input or output, as a tar archive. */
export interface StreamSide {
  readonly kind: 'stream'
}

/** A path as it was typed: with "/" at its end it is to be a folder, with "/." what is in that folder. */
export interface Place {
  /** Absolute, without what stood at its end. */
  readonly path: string
  readonly ending: '' | '/' | '/.'
}

/**
 * Reads docker's `NAME:PATH`, `PATH` or `-`. A path in a container is counted from its root; what begins with "/" or "." is
 * one of this machine, colons or not.
 */
export const readCopySide = (text: string, cwd: string): CopySide => {
  if (text === '-') return { kind: 'stream' }
  const colon = /^[./]/.test(text) ? -1 : text.indexOf(':')
  if (colon === -1) {
    if (text === '') throw new BadValue(wanted)
    return { kind: 'local', path: resolve(cwd, text), ending: endingOf(text) }
  }
  const [name, path] = [text.slice(0, colon), text.slice(colon + 1)]
  if (!containerNamePattern.test(name) || path === '') throw new BadValue(wanted)
  return { kind: 'container', name, path: plain(posix.join('/', path)), ending: endingOf(path) }
}

const wanted = 'NAME:PATH for a path in a container, a path of this machine, or - for a tar archive'

const endingOf = (path: string): Place['ending'] => {
  if (/(^|\/)\.$/.test(path)) return '/.'
  return path.endsWith('/') ? '/' : ''
}

const plain = (path: string) => path.replace(/\/+\.?$/, '') || '/'
