import { cpus } from 'node:os'
import { configDefaults, defineConfig } from 'vitest/config'

const isRoot = process.getuid?.() === 0

// The packages' sources are tested, not what was built of them.
const conditions = ['aptorch-source', 'node', 'import', 'module', 'default']
const shared = { resolve: { conditions }, ssr: { resolve: { conditions, externalConditions: conditions } } }

// Real containers: each file has a daemon and a home of its own, so files run side by side.
const real = { globalSetup: 'tests/global-setup.ts', testTimeout: 30_000, hookTimeout: 60_000 }

export default defineConfig({
  test: {
    maxWorkers: Math.min(4, cpus().length),
    projects: [
      {
        ...shared,
        test: {
          name: 'unit',
          include: ['packages/*/src/**/*.test.ts'],
          exclude: [...configDefaults.exclude, ...(isRoot ? [] : ['packages/*/src/**/*.root.test.ts'])],
          isolate: false,
        },
      },
      {
        ...shared,
        test: {
          name: 'apptainer',
          include: ['tests/apptainer/*.test.ts', ...(isRoot ? ['tests/apptainer/root/*.test.ts'] : [])],
          ...real,
        },
      },
      { ...shared, test: { name: 'cli', include: ['tests/cli/**/*.test.ts'], ...real } },
    ],
  },
})
