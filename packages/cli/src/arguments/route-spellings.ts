import type { RouteName } from '@aptorch/shared'
import { readDuration } from '../values/duration.ts'
import type { FieldName } from './reader.ts'
import type { Spelling } from './spellings.ts'

const oneName: Spelling = { ways: [{ flag: 'name' }], positional: { name: 'NAME', takes: 'one' } }
const names: Spelling = { ways: [{ flag: 'name' }], positional: { name: 'NAME', always: true, takes: 'list' } }
const user: Spelling = { ways: [{ flag: 'user', short: 'u' }] }
const hidden: Spelling = { hidden: true }

/** Where the subcommands of a route spell a field otherwise than all others do. */
export const ownSpellings: {
  readonly [Name in RouteName]?: { readonly [Field in FieldName]?: Spelling }
} = {
  exec: {
    container_name: oneName,
    command: { rest: (words) => ({ command: [...words] }), bareRest: true, hidden: true },
    user,
    stdin: hidden,
    // Its -t is docker's: a terminal.
    timeout_s: {
      ways: [{ flag: 'time', aliases: ['timeout'] }],
      read: (word) => ({ timeout_s: readDuration(word) }),
    },
  },
  terminal: {
    container_name: oneName,
    command: { rest: (words) => ({ command: [...words] }), bareRest: true, hidden: true },
    user,
    tty: hidden,
    stdin: hidden,
    rows: hidden,
    columns: hidden,
  },
  logs: { container_name: oneName },
  stats: { container_name: names },
  events: { container_name: names },
  wait: {
    timeout_s: {
      ways: [{ flag: 'timeout', short: 't', aliases: ['time'] }],
      read: (word) => ({ timeout_s: readDuration(word) }),
    },
  },
}
