import { expect, test } from 'vitest'
import { ago } from './ago.ts'

const now = new Date('2026-03-01T12:00:00Z')

test.each([
  ['2026-03-01T12:00:00Z', 'just now'],
  ['2026-03-01T12:00:05Z', 'just now'],
  ['2026-03-01T11:59:59Z', '1 second ago'],
  ['2026-03-01T11:57:01Z', '2 minutes ago'],
  ['2026-03-01T11:00:00Z', '1 hour ago'],
  ['2026-02-28T11:00:00Z', '1 day ago'],
  ['2025-03-01T12:00:00Z', '365 days ago'],
])('the age of a container is told in words that fit: %s', (time, words) => {
  expect(ago(time, now)).toBe(words)
})
