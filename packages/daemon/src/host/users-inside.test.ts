import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { identify, type ProcessIdentity } from './process.ts'
import { findUserInside } from './users-inside.ts'

let child: ChildProcess
let process: ProcessIdentity | undefined

// The host's own passwd and group: root's entries are everywhere the same.
beforeAll(async () => {
  child = spawn('sleep', ['60'])
  await once(child, 'spawn')
  process = identify(child.pid ?? 0)
})
afterAll(() => child.kill())

const find = (wanted: string) => findUserInside(process as ProcessIdentity, wanted)

test.for([
  ['root', 0, 0],
  ['0', 0, 0],
  ['root:daemon', 0, 1],
  ['daemon', 1, 1],
  ['1', 1, 1],
  ['daemon:0', 1, 0],
  ['54321', 54321, 0],
  ['54321:54322', 54321, 54322],
] as const)('%s is known', async ([wanted, uid, gid]) => {
  expect(await find(wanted)).toEqual({ uid, gid })
})

test.for([
  ['nobody-of-that-name', /no user "nobody-of-that-name"/],
  ['root:none-of-that-name', /no group "none-of-that-name"/],
  ['99999999999', /no user "99999999999"/],
  ['4294967295', /no user "4294967295"/],
] as const)('%s is refused', async ([wanted, message]) => {
  await expect(find(wanted)).rejects.toMatchObject({ code: 'invalid_field', message: expect.stringMatching(message) })
})
