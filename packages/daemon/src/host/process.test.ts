import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { test as base, describe, expect } from 'vitest'
import { hasChildren, identify, isAlive, type ProcessIdentity, readOwner, readProcess, signal } from './process.ts'

const test = base.extend('child', async ({ onTestFinished }) => {
  const child = spawn('sleep', ['1000'])
  onTestFinished(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return
    child.kill('SIGKILL')
    await once(child, 'exit')
  })
  await once(child, 'spawn')
  return { child, identity: identify(child.pid ?? 0) as ProcessIdentity }
})

const ownUid = process.getuid?.() ?? 0
const noProcess = 2 ** 22 + 1 // above the highest pid that Linux gives

describe('a process', () => {
  test('is known by more than its number', ({ child: { identity } }) => {
    expect(isAlive(identity)).toBe(true)
    expect(isAlive({ ...identity, start_time: identity.start_time - 1 })).toBe(false)
    expect(isAlive({ ...identity, boot_id: 'an-earlier-boot' })).toBe(false)
    expect(isAlive({ ...identity, pid: process.pid })).toBe(false)
  })

  test('that has ended is not alive, though its parent has not taken note', async ({ child: { child, identity } }) => {
    const ended = once(child, 'exit')
    process.kill(identity.pid, 'SIGKILL')
    const before = readProcess(identity.pid) // ended or still there: never mistaken for another
    expect(before === undefined || before.startTime === identity.start_time).toBe(true)
    await ended
    expect(isAlive(identity)).toBe(false)
    expect(identify(identity.pid)).toBeUndefined()
  })

  test('belongs to somebody', ({ child: { identity } }) => {
    expect(readOwner(identity.pid)).toBe(ownUid)
    expect(readOwner(noProcess)).toBeUndefined()
  })

  test('has children or has none', ({ child: { identity } }) => {
    expect(hasChildren(process.pid)).toBe(true)
    expect(hasChildren(identity.pid)).toBe(false)
    expect(hasChildren(noProcess)).toBe(false)
  })
})

describe('a signal', () => {
  test('reaches the process that is meant', async ({ child: { child, identity } }) => {
    const ended = once(child, 'exit')
    signal(identity, ownUid, 'SIGTERM')
    expect(await ended).toEqual([null, 'SIGTERM'])
    signal(identity, ownUid, 'SIGTERM') // already gone: nothing happens
  })

  test('never reaches a later process of the same number, nor one of another user', ({
    child: { child, identity },
  }) => {
    signal({ ...identity, start_time: identity.start_time + 1 }, ownUid, 'SIGKILL')
    expect(() => signal(identity, ownUid + 1, 'SIGKILL')).toThrow(/does not belong to user/)
    expect(child.signalCode).toBeNull()
    expect(isAlive(identity)).toBe(true)
  })
})
