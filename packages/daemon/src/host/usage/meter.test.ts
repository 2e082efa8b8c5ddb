import { describe, expect } from 'vitest'
import { test } from './container.fixture.ts'
import { createMeter } from './meter.ts'

const mib = 1024 * 1024
const meter = createMeter(undefined)

describe('a container without a cgroup', () => {
  test('uses what its processes use, and those in namespaces below', async ({ start }) => {
    const { process, enter } = await start("sleep 1000 & unshare --pid --fork sh -c 'echo; exec sleep 1000' & wait")
    await enter('sleep 1000 & echo; wait')
    const sample = await meter.measure({ container: 'a', process, ownNetwork: true })
    expect(sample).toMatchObject({
      source: 'proc',
      usage: { pids: 6, memoryLimit: null, pidsLimit: null },
      network: { receivedBytes: 0, sentBytes: 0 },
    })
    expect(sample?.usage.memory).toBeGreaterThan(100_000)
    expect(sample?.usage.memory).toBeLessThan(64 * mib)
    expect(sample?.usage.block).toMatchObject({ readBytes: expect.any(Number), reads: null })
  })

  test('has used what its ended processes used, of whose end it took note', async ({ start }) => {
    const work = 'i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done'
    const { process } = await start(`sh -c '${work}'; echo; exec sleep 1000`)
    const usage = (await meter.measure({ container: 'a', process, ownNetwork: false }))?.usage
    expect(usage?.cpuUs).toBeGreaterThanOrEqual(20_000)
    expect((usage?.cpuUserUs ?? 0) + (usage?.cpuSystemUs ?? 0)).toBe(usage?.cpuUs)
  })

  test('has memory that its processes have in common once', async ({ start }) => {
    // The one that waits to be read has its 32 MiB.
    const { process } = await start('dd if=/dev/zero bs=32M count=1 status=none | (head -c 1; sleep 1000) & wait')
    const memory = (await meter.measure({ container: 'a', process, ownNetwork: false }))?.usage.memory
    expect(memory).toBeGreaterThan(32 * mib)
    const processes = await meter.processesOf({ container: 'a', process })
    expect(memory).toBeLessThan(processes.reduce((sum, { memory }) => sum + memory, 0))
  })

  test('is known apart from others, however many are asked for at once', async ({ start }) => {
    const one = await start('echo; exec sleep 1000')
    const two = await start('sleep 1000 & echo; exec sleep 1000')
    const subjects = [one, two, one].map(({ process }) => ({ container: 'a', process, ownNetwork: false }))
    const samples = await Promise.all(subjects.map((subject) => meter.measure(subject)))
    expect(samples.map((sample) => sample?.usage.pids)).toEqual([1, 2, 1])
    expect(samples.map((sample) => sample?.network)).toEqual([null, null, null])
  })

  test('uses nothing when it has ended', async ({ start }) => {
    const { process } = await start('echo; exec sleep 1000')
    const earlier = { ...process, start_time: process.start_time - 1 }
    expect(await meter.measure({ container: 'a', process: earlier, ownNetwork: true })).toBeUndefined()
    expect(await meter.processesOf({ container: 'a', process: earlier })).toEqual([])
    const none = { ...process, pid: 2 ** 22 + 1 } // above the highest pid that Linux gives
    expect(await meter.measure({ container: 'a', process: none, ownNetwork: true })).toBeUndefined()
    expect(await meter.processesOf({ container: 'a', process: none })).toEqual([])
  })
})

describe('the processes of a container', () => {
  test('are shown as it sees them', async ({ start }) => {
    const before = Date.now()
    const { process, enter } = await start('sleep 1001 & echo; wait')
    await enter('echo; exec sleep 1002')
    const processes = await meter.processesOf({ container: 'a', process })
    expect(processes.map(({ inside_pid, parent_pid, command }) => [inside_pid, parent_pid, command])).toEqual([
      [1, 0, 'sh -c sleep 1001 & echo; wait'],
      [2, 1, 'sleep 1001'],
      [expect.any(Number), 0, 'sleep 1002'],
    ])
    expect(processes[0]).toMatchObject({ pid: process.pid, user: '0', state: 'S' })
    for (const { memory, cpu_time_s, cpu_percent, started_at } of processes) {
      expect(memory).toBeGreaterThan(0)
      expect(cpu_time_s).toBeLessThan(10)
      expect(cpu_percent).toBeGreaterThanOrEqual(0)
      expect(started_at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
      expect(Math.abs(Date.parse(started_at) - before)).toBeLessThan(20_000)
    }
  })

  test('in namespaces below have the pid that the container knows them by', async ({ start }) => {
    const { process } = await start("unshare --pid --fork sh -c 'echo; exec sleep 1000' & wait")
    const processes = await meter.processesOf({ container: 'a', process })
    const pids = processes.map(({ inside_pid }) => inside_pid)
    expect(processes.at(-1)).toMatchObject({ command: 'sleep 1000' })
    expect(pids).toEqual([...new Set(pids)])
    expect(processes.at(-1)?.parent_pid).toBe(pids.at(-2))
  })

  test('have no more of a command line than is bearable', async ({ start }) => {
    const { process } = await start(`: ${'x'.repeat(10_000)}; echo; sleep 1000`)
    expect((await meter.processesOf({ container: 'a', process }))[0]?.command).toMatch(/^sh -c : x{4088}$/)
  })

  test('that have ended go by their names until somebody takes note', async ({ start }) => {
    const untilNobodyWaits = 'until grep -q sleep /proc/1/comm; do :; done'
    const { process } = await start(`(${untilNobodyWaits}) & echo; exec sleep 1000`)
    const ended = async () => (await meter.processesOf({ container: 'a', process })).find(({ state }) => state === 'Z')
    await expect.poll(ended, { timeout: 3_000 }).toMatchObject({ command: '[sh]', memory: 0 })
  })
})
