import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { test as base } from 'vitest'
import type { Mount } from '../mounts/mountinfo.ts'
import type { Host } from './host.ts'

/** A folder with files such as the kernel shows of its cgroups. */
export interface Tree {
  readonly root: string
  /** Makes files, with what they hold; a name that ends in "/" is a folder. */
  fill(files: Readonly<Record<string, string>>): void
  /** What a file holds; undefined when there is none. */
  read(file: string): string | undefined
}

export const test = base.extend('tree', ({ task }, { onCleanup }): Tree => {
  const root = mkdtempSync(join(tmpdir(), `cgroups-${task.id}-`))
  onCleanup(() => rmSync(root, { recursive: true }))
  return {
    root,
    fill: (files) => {
      for (const [name, text] of Object.entries(files)) {
        mkdirSync(join(root, name.endsWith('/') ? name : dirname(name)), { recursive: true })
        if (!name.endsWith('/')) writeFileSync(join(root, name), text)
      }
    },
    read: (file) => (existsSync(join(root, file)) ? readFileSync(join(root, file), 'utf8') : undefined),
  }
})

/** A mount of cgroups: of v1 with these controllers, or of v2 when there are none. */
export const mounted = (point: string, controllers = '', root = '/'): Mount => ({
  id: 40,
  parent: 31,
  device: '0:33',
  root,
  point,
  options: 'rw,nosuid',
  propagation: '',
  type: controllers === '' ? 'cgroup2' : 'cgroup',
  superOptions: controllers === '' ? 'rw,nsdelegate' : `rw,${controllers}`,
})

/** A host without systemd, whose daemon is root in the cgroup at the top. */
export const hostWith = (mounts: readonly Mount[], rest: Partial<Host> = {}): Host => ({
  isRoot: true,
  mounts: async () => mounts,
  ownCgroups: async () => '0::/\n',
  isDelegated: async () => undefined,
  ...rest,
})
