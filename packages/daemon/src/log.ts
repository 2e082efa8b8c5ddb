import { Chalk } from 'chalk'
import { type Logger, pino } from 'pino'
import { renderEvent } from './log-lines.ts'

/**
 * Log events are data: `log.debug({ event: 'request', method, path, status })`. For a person they are printed to a stream,
 * a line each, coloured on request. Without `debug` only warnings and errors are shown.
 */
export type Log = Logger

export interface LogOptions {
  readonly debug: boolean
  readonly stream: { write(text: string): unknown }
  readonly colour: boolean
}

export const createLog = ({ debug, stream, colour }: LogOptions): Log => {
  const chalk = new Chalk({ level: colour ? 1 : 0 })
  return pino(
    { level: debug ? 'debug' : 'warn', base: null, redact: ['token', 'authorization', 'environment'] },
    { write: (line: string) => stream.write(`${renderEvent(JSON.parse(line), chalk)}\n`) },
  )
}
