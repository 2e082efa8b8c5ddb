import { lstatSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect } from 'vitest'
import { groupId, isRoot, test } from '../harness.ts'

describe('the socket', () => {
  const group = groupId('aptorch')
  const wide = isRoot && group !== undefined

  test('belongs to root and the group aptorch, or to its user alone', async ({ daemon }) => {
    const { mode, uid, gid } = lstatSync(daemon.socket)
    expect({ mode: mode & 0o777, uid }).toEqual({ mode: wide ? 0o660 : 0o600, uid: process.getuid?.() })
    expect(gid).toBe(wide ? group : process.getgid?.())
  })

  test('is not what keeps the token from others: its file is', async ({ daemon }) => {
    const { mode, uid, gid } = statSync(join(daemon.home, 'orchestrator', 'token'))
    expect({ mode: mode & 0o777, uid }).toEqual({ mode: wide ? 0o640 : 0o600, uid: process.getuid?.() })
    expect(gid).toBe(wide ? group : process.getgid?.())
  })

  test('asks for no token', async ({ daemon }) => {
    expect((await daemon.request('GET', '/info')).status).toBe(200)
  })
})
