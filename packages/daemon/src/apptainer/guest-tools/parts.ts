import { access, constants, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { runTool } from '../../host/tool.ts'

/** A file that a program of the host needs in order to run elsewhere. */
export interface Part {
  /** What it has to be called. */
  readonly name: string
  readonly source: string
  /** In bytes. */
  readonly size: number
  /** In milliseconds, with fractions. */
  readonly mtime: number
}

/** What the dynamic loader is called, whatever the host's is. */
export const loaderName = 'ld.so'

/**
 * A program of the host with its libraries and its dynamic loader. Undefined when the host has no such program, or one that
 * ldd(1) finds incomplete.
 */
export const partsOf = async (program: string, folders: string): Promise<readonly Part[] | undefined> => {
  const path = await findProgram(program, folders)
  if (path === undefined) return undefined
  const { ok, stdout } = await runTool('ldd', path)
  const libraries = stdout.split('\n').flatMap(libraryOf)
  if (!ok || stdout.includes('=> not found') || !libraries.some(({ name }) => name === loaderName)) return undefined
  return Promise.all([{ name: program, source: path }, ...libraries].map(look))
}

// "libc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x…)"; the loader's own line has a path only: "/lib64/ld-linux-x86-64.so.2 (0x…)".
const line = /^\s*(?:(\S+) => )?(\/.+) \(0x[0-9a-f]+\)$/

const libraryOf = (text: string) => {
  const [, name, source] = text.match(line) ?? []
  return source === undefined ? [] : [{ name: name === undefined ? loaderName : basename(name), source }]
}

const look = async ({ name, source }: Pick<Part, 'name' | 'source'>): Promise<Part> => {
  const { size, mtimeMs } = await stat(source)
  return { name, source, size, mtime: mtimeMs }
}

const findProgram = async (name: string, folders: string): Promise<string | undefined> => {
  for (const folder of folders.split(':')) {
    const path = join(folder, name)
    const found = await access(path, constants.X_OK).then(
      () => true,
      () => false, // the next one may have it
    )
    if (found) return path
  }
  return undefined
}
