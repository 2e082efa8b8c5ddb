import type { HealthCheck } from '@aptorch/shared'
import { BadValue } from './bad-value.ts'
import { readDuration } from './duration.ts'

type Part = Partial<HealthCheck>

/** What each of docker's flags says of a health check, by the flag's name. */
export const healthReaders = {
  'health-cmd': (line) => ({ command: line }),
  'health-interval': (text) => ({ interval_s: readDuration(text) }),
  'health-timeout': (text) => ({ timeout_s: readDuration(text) }),
  'health-retries': (text) => ({ retries: readCount(text) }),
  'health-start-period': (text) => ({ start_period_s: readDuration(text) }),
  'health-on-unhealthy': (text) => ({ on_unhealthy: readReaction(text) }),
} as const satisfies Readonly<Record<string, (text: string) => Part>>

const readCount = (text: string) => {
  if (!/^\d{1,9}$/.test(text)) throw new BadValue('a whole number')
  return Number(text)
}

const readReaction = (text: string) => {
  if (text !== 'none' && text !== 'restart') throw new BadValue('none or restart')
  return text
}
