import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'

/** What the native part of `@lydell/node-pty` does, as its own unixTerminal.js uses it. */
export interface PtyAddon {
  /** openpty(3): descriptors of both sides. */
  open(columns: number, rows: number): { readonly master: number; readonly slave: number }
  resize(master: number, columns: number, rows: number): void
}

/**
 * Loads it from beside the bundle, or else from its package. The package's own `open` is passed by: it reads the program's
 * side, too, and throws when the terminal ends.
 */
export const loadAddon = (): PtyAddon => {
  const beside = join(import.meta.dirname, 'pty.node')
  return load(existsSync(beside) ? beside : addonPath())
}

/** Where the package has it for this platform. */
export const addonPath = (): string =>
  createRequire(load.resolve('@lydell/node-pty')).resolve(
    `@lydell/node-pty-${process.platform}-${process.arch}/pty.node`,
  )

const load = createRequire(import.meta.url)
