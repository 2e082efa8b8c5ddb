import type { ChalkInstance } from 'chalk'

/** A log event as it comes from pino: `time` in milliseconds since 1970, `level` 20 debug, 40 warning, 50 error. */
export interface LogEvent {
  readonly level: number
  readonly time: number
  readonly event: string
  readonly err?: { readonly message: string; readonly stack?: string }
  readonly [field: string]: unknown
}

/** An event as a line for a person; an error's stack follows on lines of its own. */
export const renderEvent = (event: LogEvent, chalk: ChalkInstance): string => {
  const time = new Date(event.time).toISOString().slice(11, 23)
  const text = printable((sentences[event.event] ?? plain)(event))
  const stack = event.err ? `\n${event.err.stack ?? event.err.message}` : ''
  if (event.level >= 50) return `${chalk.dim(time)} ${chalk.red(`ERROR ${text}`)}${stack}`
  if (event.level >= 40) return `${chalk.dim(time)} ${chalk.yellow(`WARNING ${text}`)}${stack}`
  return `${chalk.dim(time)} ${text}${stack}`
}

/** What strangers send, such as a path, must not speak to the terminal. */
const printable = (text: string) =>
  text.replace(/\p{Cc}/gu, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)

/** What reads better than the event's name and its fields. */
const sentences: Readonly<Record<string, (event: LogEvent) => string>> = {
  request: ({ method, path, status, ms }) => `${method} ${path} → ${status} (${ms} ms)`,
  apptainer: ({ args, account, exit_code, ms }) =>
    `apptainer ${(args as string[]).join(' ')} → exit code ${exit_code ?? 'none'} (${ms} ms, as ${account})`,
  state: ({ container, from, to, error }) => `${container}: ${from ?? 'new'} → ${to}${error ? `: ${error}` : ''}`,
}

const plain = ({ level: _level, time: _time, event, err: _err, ...fields }: LogEvent) =>
  [event, ...Object.entries(fields).map(([name, value]) => `${name}=${JSON.stringify(value)}`)].join(' ')
