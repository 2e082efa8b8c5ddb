import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { until } from '../harness.ts'
import { type Outcome, run } from './aptorch.ts'

/** A terminal that somebody sits at, with a shell line that runs on it. */
export interface Sitting {
  /** All that was shown up to now. */
  readonly shown: () => string
  readonly type: (keys: string) => void
  /** Waits until this is shown. */
  readonly sees: (text: string | RegExp) => Promise<void>
  readonly resize: (rows: number, columns: number) => Promise<Outcome>
  /** Resolves when the line has ended: its exit code, and how the terminal was set before and after it, but for its size. */
  readonly ended: () => Promise<{ code: number | null; before: string; after: string }>
}

/** Runs a line of shell on a new terminal of 24 rows and 80 columns. The folder holds what is known of it. */
export const sitDown = (folder: string, line: string, env: Readonly<Record<string, string>>): Sitting => {
  const [tty, before, after] = ['tty', 'before', 'after'].map((name) => join(folder, name)) as [string, string, string]
  const script = `stty rows 24 cols 80; tty > ${tty}; stty -a > ${before}; ${line}; code=$?; stty -a > ${after}; exit $code`
  const child = spawn('script', ['--quiet', '--return', '--command', script, '/dev/null'], {
    env: { PATH: process.env.PATH, TERM: 'xterm', SHELL: '/bin/sh', ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  let shown = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    shown += text
  })
  const closed = once(child, 'close')
  return {
    shown: () => shown,
    type: (keys) => child.stdin.write(keys),
    sees: async (text) => {
      await until(`the terminal to show ${text}`, () =>
        typeof text === 'string' ? shown.includes(text) : text.test(shown),
      ).catch((error: Error) => {
        throw new Error(`${error.message}; it shows ${JSON.stringify(shown)}`, { cause: error })
      })
    },
    resize: (rows, columns) =>
      run('stty', ['-F', readFileSync(tty, 'utf8').trim(), 'rows', String(rows), 'cols', String(columns)]),
    ended: async () => {
      const [code] = await closed
      return { code: code as number | null, before: settings(before), after: settings(after) }
    },
  }
}

/** What stty(1) printed, without the line that has the size. */
const settings = (file: string) => readFileSync(file, 'utf8').replace(/^.*\n/, '')
