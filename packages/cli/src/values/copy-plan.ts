import { posix } from 'node:path'
import type { Place } from './copy.ts'

/** What is at a path. A link counts as such only where it is to be copied as one. */
export type Found = 'file' | 'folder' | 'link' | 'other' | 'missing'

export interface CopyPlan {
  /** Only what is in the source's folder is copied, not the folder itself. */
  readonly content: boolean
  /** The folder on the target's side that the source's archive is unpacked in. It has to be there. */
  readonly folder: string
  /** What the copy is called in it; null for content that goes straight into the folder. */
  readonly name: string | null
}

/**
 * Where a copy goes, by the rules of `docker cp` (docs.docker.com/reference/cli/docker/container/cp): into a folder that is
 * there, and else under the target's own name. The target's links have to be resolved before. Throws an Error that says why
 * there can be no such copy.
 */
export const planCopy = (source: Place & { found: Found }, target: Place & { found: Found }): CopyPlan => {
  const isFolder = source.found === 'folder'
  if (source.found === 'missing') throw new Error(`"${source.path}" is not there`)
  if (!isFolder && source.ending !== '') throw new Error(`"${source.path}${source.ending}" is not a folder`)
  const content = source.ending === '/.' || source.path === '/'
  if (target.found === 'folder') {
    return { content, folder: target.path, name: content ? null : posix.basename(source.path) }
  }
  if (target.found === 'missing') {
    if (!isFolder && target.ending !== '') throw new Error(`"${target.path}/" is not there; make that folder first`)
  } else if (isFolder || target.ending !== '') {
    const what = isFolder ? `the folder "${source.path}" can't be copied over it` : 'it can hold nothing'
    throw new Error(`"${target.path}" is not a folder: ${what}`)
  }
  return { content, folder: posix.dirname(target.path), name: posix.basename(target.path) }
}

/** Where a link leads, to be looked at in its turn. */
export const behindLink = (path: string, linkTarget: string): string =>
  linkTarget.startsWith('/') ? linkTarget : `${posix.dirname(path)}/${linkTarget}`
