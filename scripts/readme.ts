// Keeps the README's tables what the contract says: `readme.ts --write` puts them in, without it a difference is an error.
import { readFileSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { type FieldKind, fieldsOf, type Route, type RouteName, routeNames, routes } from '@aptorch/shared'

const path = resolve(import.meta.dirname, '..', 'README.md')

const rowsOf = (row: (name: RouteName, route: Route) => readonly string[]) =>
  routeNames.map((name) => row(name, routes[name]))

const table = (heads: readonly string[], rows: readonly (readonly string[])[]) =>
  [heads, heads.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')

const code = (text: string) => `\`${text}\``

const kinds: Record<FieldKind, string> = {
  text: 'a string',
  number: 'a number',
  boolean: 'true or false',
  list: 'a list of strings',
  map: 'an object of strings',
  object: 'an object',
  objects: 'a list of objects',
  other: 'anything',
}

const tables: Record<string, string> = {
  routes: table(
    ['route', 'method', 'takes', 'does'],
    rowsOf((_, route) => [
      [route.path, ...(route.aliases ?? [])].map(code).join(', '),
      route.method,
      fieldsOf(route.request)
        .map(({ name, required }) => (required ? `**${code(name)}**` : code(name)))
        .join(', '),
      route.summary,
    ]),
  ),
  start: table(
    ['field', 'is', 'means'],
    fieldsOf(routes.start.request).map(({ name, kind, description }) => [code(name), kinds[kind], description]),
  ),
  commands: table(
    ['subcommand', 'also', 'does'],
    rowsOf((name, route) => {
      const others = (route.commands ?? []).filter((other) => other !== name)
      return [code(`aptorch ${name}`), others.map(code).join(', '), route.summary]
    }),
  ),
}

const before = readFileSync(path, 'utf8')
const after = Object.entries(tables).reduce(
  (text, [name, rows]) =>
    text.replace(
      new RegExp(`(<!-- ${name} -->\n)[^]*?(<!-- /${name} -->)`),
      (_, open: string, close: string) => `${open}${rows}\n${close}`,
    ),
  before,
)

if (process.argv.includes('--write')) {
  writeFileSync(path, after)
} else if (before !== after) {
  process.stderr.write('README.md: its tables are not what the contract says; run: npm run readme\n')
  process.exitCode = 1
}
