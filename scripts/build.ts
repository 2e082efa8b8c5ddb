// Bundles the daemon and the command line into dist/: one file each starts twice as fast as hundreds of modules, and runs
// from wherever it is copied to. The runtime that built them is the one that runs them, whichever Node is on PATH.
import { chmodSync, copyFileSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build, type Plugin } from 'esbuild'
import { addonPath } from '../packages/daemon/src/terminal-holder/addon.ts'

const root = resolve(import.meta.dirname, '..')
const dist = join(root, 'dist')

const launcher = (program: string, before: string) => `#!/bin/sh
# Finds itself through links, so that one in /usr/local/bin works.
self=$(readlink -f -- "$0") || exit 1
here=\${self%/*}
# "--": node would take some options, such as --env-file, for its own wherever they stand.
${before}exec "$here/node" -- "$here/${program}.mjs" "$@"
`

// The command line speaks HTTP to the daemon only, and reading extra certificates would double its start.
const withoutCertificates = 'unset NODE_EXTRA_CA_CERTS\n'

/**
 * Runs a module that exports plain data when it is built, and bundles its result. The command line's rows come from the
 * schemas; those and zod would take longer to load than a subcommand to run.
 */
const evaluated = (filter: RegExp): Plugin => ({
  name: 'evaluated',
  setup: ({ onLoad }) =>
    onLoad({ filter }, async ({ path }) => {
      const exported: object = await import(pathToFileURL(path).href)
      const lines = Object.entries(exported).map(([name, value]) => `export const ${name} = ${JSON.stringify(value)}`)
      return { contents: lines.join('\n') }
    }),
})

// yargs measures texts by string-width, whose tables of emoji take 30 ms to load; ours does for help and tables.
const lighter = { 'string-width': join(root, 'packages/cli/src/output/width.ts') }

// Those without a launcher are run by the daemon only.
const programs = [
  { name: 'aptorchd', entry: 'packages/daemon/src/main.ts', launcher: launcher('aptorchd', '') },
  { name: 'aptorch', entry: 'packages/cli/src/main.ts', launcher: launcher('aptorch', withoutCertificates) },
  { name: 'aptorch-terminal', entry: 'packages/daemon/src/terminal-holder/main.ts', launcher: null },
  { name: 'aptorch-logger', entry: 'packages/daemon/src/logger/main.ts', launcher: null },
]

mkdirSync(dist, { recursive: true })
for (const { name, entry, launcher } of programs) {
  await build({
    absWorkingDir: root,
    entryPoints: [entry],
    outfile: join(dist, `${name}.mjs`),
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    conditions: ['aptorch-source'],
    // Dependencies that are CommonJS ask for Node's modules through require.
    banner: {
      js: "import { createRequire as makeRequire } from 'node:module'; const require = makeRequire(import.meta.url);",
    },
    alias: lighter,
    plugins: [evaluated(/packages\/cli\/src\/commands\/rows\.ts$/)],
    legalComments: 'none',
    logLevel: 'warning',
  })
  if (launcher === null) continue
  writeFileSync(join(dist, name), launcher)
  chmodSync(join(dist, name), 0o755)
}
copyFileSync(addonPath(), join(dist, 'pty.node')) // it can't be bundled
rmSync(join(dist, 'node'), { force: true })
symlinkSync(process.execPath, join(dist, 'node'))
