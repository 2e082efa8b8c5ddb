import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { describe, expect } from 'vitest'
import { stubDriver } from './driver.fixture.ts'
import { createRemover } from './remover.ts'
import { test as base, type Tree } from './tree.fixture.ts'

/** A cgroup "c-a" that can't be removed, since it holds a plain file, with these processes in it. */
const withProcesses = ({ root, fill }: Tree, pids: readonly number[], canKillAll = false) => {
  fill({ 'c-a/cgroup.procs': pids.map((pid) => `${pid}\n`).join('') })
  const asked: (string | boolean)[] = []
  const driver = stubDriver(root, {
    setFrozen: async (_, frozen) => asked.push(frozen) > 0,
    killAll: async () => {
      asked.push('kill')
      return canKillAll
    },
  })
  return { asked, remover: createRemover(driver, 0) }
}

const test = base.extend('child', async ({ onTestFinished }) => {
  const child = spawn('sleep', ['1000'])
  onTestFinished(() => {
    child.kill('SIGKILL')
  })
  await once(child, 'spawn')
  return { child, pid: child.pid ?? 0 }
})

describe('a removal', () => {
  test('signals each process while it is held, where the kernel can’t kill all', async ({
    tree,
    child: { child, pid },
  }) => {
    const { asked, remover } = withProcesses(tree, [pid])
    const ended = once(child, 'exit')
    await expect(remover.remove('c-a')).rejects.toThrow(/c-a is not removed: /)
    expect(await ended).toEqual([null, 'SIGKILL'])
    expect(asked).toEqual(['kill', true, false])
  })

  test('leaves it to the kernel where that can, and says who stays', async ({ tree, child: { child, pid } }) => {
    const { asked, remover } = withProcesses(tree, [pid], true)
    await expect(remover.remove('c-a')).rejects.toThrow(`process ${pid} did not end within 0 s of SIGKILL`)
    expect(asked).toEqual(['kill', false])
    expect(child.signalCode).toBeNull()
  })

  test('signals nobody for a process of another pid namespace', async ({ tree }) => {
    const { asked, remover } = withProcesses(tree, [0]) // to kill(2) our own group
    await expect(remover.remove('c-a')).rejects.toThrow(/c-a is not removed: the kernel holds on to it/)
    expect(asked).toEqual([])
  })

  test('of what should be empty kills nothing', async ({ tree, child: { child, pid } }) => {
    const { asked, remover } = withProcesses(tree, [pid])
    await expect(remover.clear('c-a')).rejects.toThrow(`the cgroup c-a is left over with process ${pid} in it`)
    expect(asked).toEqual([])
    expect(child.signalCode).toBeNull()
  })

  test('takes cgroups below first, and is done when all are gone', async ({ tree: { root, fill, read } }) => {
    fill({ 'c-a/one/two/': '', 'c-a/three/': '', 'c-b/': '' })
    const remover = createRemover(stubDriver(root), 0)
    await remover.remove('c-a')
    await remover.remove('c-a')
    expect(() => read('c-b')).toThrow(/EISDIR/)
    expect(read('c-a')).toBeUndefined()
  })
})
