import { type Logger, pino } from 'pino'
import pretty from 'pino-pretty'

/**
 * Log events are data: `log.debug({ event: 'request', method, path, status })`. They go to standard error, one line each,
 * coloured on a terminal. Without `debug` only warnings and errors are shown.
 */
export type Log = Logger

export const createLog = ({
  debug,
  stream,
  colour,
}: {
  debug: boolean
  stream: NodeJS.WritableStream
  colour: boolean
}): Log =>
  pino(
    {
      level: debug ? 'debug' : 'warn',
      base: null,
      messageKey: 'event',
      redact: ['token', 'authorization', 'environment'],
    },
    pretty({
      destination: stream,
      sync: true,
      colorize: colour,
      singleLine: true,
      messageKey: 'event',
      translateTime: 'SYS:HH:MM:ss.l',
      errorLikeObjectKeys: ['err'],
    }),
  )
