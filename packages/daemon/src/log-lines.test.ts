import { describe, expect, test } from 'vitest'
import { createLog } from './log.ts'

const logged = (
  write: (log: ReturnType<typeof createLog>) => void,
  options: { debug?: boolean; colour?: boolean } = {},
) => {
  const lines: string[] = []
  const stream = { write: (text: string) => lines.push(text) }
  write(createLog({ debug: true, colour: false, ...options, stream }))
  return lines.join('')
}

describe('the log', () => {
  test('reads as sentences', () => {
    expect(
      logged((log) => log.debug({ event: 'request', method: 'POST', path: '/start', status: 201, ms: 7 })),
    ).toMatch(/^\d\d:\d\d:\d\d\.\d{3} POST \/start → 201 \(7 ms\)\n$/)
    expect(
      logged((log) => log.debug({ event: 'state', container: 'web', from: null, to: 'creating', error: null })),
    ).toMatch(/ web: new → creating\n$/)
    expect(logged((log) => log.debug({ event: 'image made', key: 'x', ms: 3 }))).toMatch(/ image made key="x" ms=3\n$/)
  })

  test('is coloured on a terminal only', () => {
    const write = (log: ReturnType<typeof createLog>) => log.error({ event: 'save damaged' })
    expect(logged(write)).not.toContain('\u001b[')
    expect(logged(write, { colour: true })).toContain('\u001b[')
  })

  test('shows warnings and errors always, with what went wrong', () => {
    const text = logged(
      (log) => {
        log.debug({ event: 'request' })
        log.warn({ event: 'stray instance stopped', container: 'web' })
        log.error({ event: 'look failed', err: new Error('EACCES') })
      },
      { debug: false },
    )
    expect(text).not.toContain('request')
    expect(text).toMatch(/WARNING stray instance stopped container="web"\n.*ERROR look failed.*\nError: EACCES/)
  })

  test('has no secrets in it', () => {
    const secrets = { token: 'opensesame', authorization: 'opensesame', environment: { PASSWORD: 'opensesame' } }
    expect(logged((log) => log.debug({ event: 'start', ...secrets }))).not.toContain('opensesame')
  })
})
