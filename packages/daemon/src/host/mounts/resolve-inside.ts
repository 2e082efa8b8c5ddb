import { readlink } from 'node:fs/promises'
import { posix } from 'node:path'

const maxLinks = 40 // as the kernel has it (path_resolution(7))

/**
 * Resolves the links of a path as what has `root` for its root would: none leads out of it. What is missing stays as it is named.
 * Only ever read: between this and a use of it, a container can change its links.
 */
export const resolveInside = async (root: string, path: string): Promise<string> => {
  const left = path.split('/').filter(isName)
  let resolved: string[] = []
  let links = 0
  for (let name = left.shift(); name !== undefined; name = left.shift()) {
    if (name === '..') {
      resolved.pop()
      continue
    }
    const target = await linkAt(posix.join(root, ...resolved, name))
    if (target === undefined || ++links > maxLinks) {
      resolved.push(name)
      continue
    }
    if (target.startsWith('/')) resolved = []
    left.unshift(...target.split('/').filter(isName))
  }
  return `/${resolved.join('/')}`
}

const isName = (part: string) => part !== '' && part !== '.'

/** Undefined for what is no link, or can't be looked at: then its name is all there is. */
const linkAt = (path: string): Promise<string | undefined> => readlink(path).catch(() => undefined)
