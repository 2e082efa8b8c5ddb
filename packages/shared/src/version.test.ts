import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { version } from './version.ts'

const root = join(import.meta.dirname, '..', '..', '..')

test.for(['.', 'packages/shared', 'packages/daemon', 'packages/cli'])(
  '%s/package.json has the version that the programs show',
  (path) => {
    expect(JSON.parse(readFileSync(join(root, path, 'package.json'), 'utf8')).version).toBe(version)
  },
)
