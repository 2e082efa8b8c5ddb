import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { test as base, describe, expect } from 'vitest'
import { readMounts } from '../mounts/mountinfo.ts'
import { isAlive, type ProcessIdentity } from '../process.ts'
import { type Cgroups, openCgroups } from './cgroups.ts'
import { thisHost } from './host.ts'
import { readPids, run, start } from './kernel.fixture.ts'
import { controllerOf, type Limits, limitNames } from './limits.ts'
import { within } from './wait.ts'

const mounts = await readMounts()
const mib = 1024 * 1024
const unlimited: Limits = { cpus: null, memory: null, pids: null }
const limits: Limits = { cpus: 1.5, memory: 64 * mib, pids: 50 }

// Both, on a hybrid host.
describe.for(['cgroup', 'cgroup2'].filter((version) => mounts.some(({ type }) => type === version)))(
  '%s of this kernel',
  (version) => {
    const own = mounts.filter(({ type }) => type === version)
    const host = { ...thisHost(), mounts: async () => own }
    const offered = new Set(
      version === 'cgroup'
        ? own.flatMap(({ superOptions }) => superOptions.split(','))
        : own.flatMap(({ point }) => readFileSync(`${point}/cgroup.controllers`, 'utf8').trim().split(' ')),
    )
    const settable = limitNames.filter((limit) => offered.has(controllerOf[limit]))
    const settableOf = (limits: Limits): Limits => ({
      ...unlimited,
      ...Object.fromEntries(settable.map((limit) => [limit, limits[limit]])),
    })

    const test = base
      .extend('home', ({ task }) => `/${version}/${task.id}`)
      .extend('cgroups', async ({ home }, { onCleanup }) => {
        const opened = await openCgroups(home, host)
        if ('reason' in opened) throw new Error(opened.reason)
        const { cgroups } = opened
        onCleanup(async () => {
          for (const container of await cgroups.list()) await cgroups.remove(container)
          await cgroups.close()
        })
        return cgroups
      })

    test('holds a container with all that it starts, and goes with it', async ({ cgroups, home }) => {
      await cgroups.create('memory.max', unlimited)
      const { child, orphan } = await start(cgroups, 'memory.max')
      for (const file of cgroups.procsFiles('memory.max'))
        expect(readPids(file).sort()).toEqual([child.pid, orphan.pid].sort())
      expect(await cgroups.list()).toEqual(['memory.max'])

      const other = await openCgroups(`${home}/other`, host)
      expect('cgroups' in other && (await other.cgroups.list())).toEqual([])
      if ('cgroups' in other) await other.cgroups.close()

      await cgroups.close() // not while a container has one
      for (const file of cgroups.procsFiles('memory.max'))
        mkdirSync(file.replace('cgroup.procs', 'sub/deeper'), { recursive: true })
      await cgroups.remove('memory.max')
      await cgroups.remove('memory.max') // already gone
      await expectEnded(child, orphan)
      expect(await cgroups.list()).toEqual([])
      await cgroups.close()
      for (const file of cgroups.procsFiles('memory.max')) expect(() => readPids(file)).toThrow(/ENOENT/)
      await cgroups.create('memory.max', unlimited) // the home's own is made again
    })

    test('is made anew when it is left over, unless something lives in it', async ({ cgroups }) => {
      await cgroups.create('a', settableOf(limits))
      const { child } = await start(cgroups, 'a')
      await expect(cgroups.create('a', unlimited)).rejects.toThrow(/c-a is left over with processes \d+, \d+ in it/)
      expect(await cgroups.list()).toEqual(['a'])
      await cgroups.remove('a')
      await cgroups.create('a', settableOf(limits))
      await cgroups.create('a', unlimited)
      expect(child.signalCode).toBe('SIGKILL')
    })

    test('freezes all at once, and thaws', async ({ cgroups }) => {
      await cgroups.create('a', unlimited)
      const child = run(cgroups, 'a', 'sh', '-c', 'while :; do echo; sleep 0.01; done')
      let ticks = 0
      child.stdout.on('data', () => ticks++)
      const ticksOn = () => within(5_000, async () => ticks > 0)
      expect(await ticksOn()).toBe(true)
      expect(await cgroups.isFrozen('a')).toBe(false)
      await cgroups.freeze('a')
      await cgroups.freeze('a')
      expect(await cgroups.isFrozen('a')).toBe(true)
      await sleep(20) // what it had written is read
      ticks = 0
      expect(await within(60, async () => ticks > 0)).toBe(false)
      await cgroups.thaw('a')
      await cgroups.thaw('a')
      expect(await cgroups.isFrozen('a')).toBe(false)
      expect(await ticksOn()).toBe(true)
    })

    test('ends what is frozen', async ({ cgroups }) => {
      await cgroups.create('a', unlimited)
      const { child, orphan } = await start(cgroups, 'a')
      await cgroups.freeze('a')
      await cgroups.remove('a')
      await expectEnded(child, orphan)
    })

    test('tells what is used', async ({ cgroups }) => {
      await cgroups.create('a', settableOf(limits))
      const before = await cgroups.usage('a')
      expect(before).toMatchObject({
        cpuUs: 0,
        memoryLimit: settableOf(limits).memory,
        pidsLimit: settableOf(limits).pids,
      })
      // It works, then has its 32 MiB until all of it is read.
      const work = 'i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done; exec dd if=/dev/zero bs=32M count=1 status=none'
      const holder = run(cgroups, 'a', 'sh', '-c', work)
      await once(holder.stdout, 'readable')
      const usage = await cgroups.usage('a')
      expect(usage?.cpuUs).toBeGreaterThan(10_000)
      expect(usage?.cpuUs).toBeLessThan(30_000_000)
      if (!settable.includes('memory'))
        return expect(usage).toMatchObject({ memory: null, memoryPeak: null, pids: null })
      expect(usage?.memory).toBeGreaterThan(32 * mib)
      expect(usage?.memoryPeak).toBeGreaterThan(32 * mib)
      expect(usage?.pids).toBe(1)
    })

    test('counts what goes to disk, where the kernel does', async ({ cgroups }) => {
      await cgroups.create('a', unlimited)
      const folder = mkdtempSync('/var/tmp/cgroups-')
      try {
        const writer = run(cgroups, 'a', 'dd', 'if=/dev/zero', `of=${folder}/f`, 'bs=1M', 'count=2', 'oflag=direct')
        expect((await once(writer, 'exit'))[0]).toBe(0)
      } finally {
        rmSync(folder, { recursive: true })
      }
      const usage = await cgroups.usage('a')
      expect(usage).toBeDefined()
      const { writtenBytes, writes } = usage?.block ?? { writtenBytes: 2 * mib, writes: 1 }
      expect(writtenBytes).toBeGreaterThanOrEqual(2 * mib)
      expect(writes).toBeGreaterThan(0)
    })

    test('lists its processes, those in cgroups below included', async ({ cgroups }) => {
      await cgroups.create('a', unlimited)
      const { child, orphan } = await start(cgroups, 'a')
      const [file = ''] = cgroups.procsFiles('a')
      const below = file.replace('cgroup.procs', 'sub')
      mkdirSync(below)
      writeFileSync(`${below}/cgroup.procs`, String(orphan.pid))
      expect((await cgroups.processes('a')).sort()).toEqual([child.pid, orphan.pid].sort())
    })

    test('completes what was made without some controllers, with the processes in it', async ({ cgroups }) => {
      await cgroups.complete('a')
      expect(await cgroups.list()).toEqual([])
      await cgroups.create('a', unlimited)
      const [first = '', ...missing] = cgroups.procsFiles('a')
      for (const file of missing) rmdirSync(dirname(file))
      const child = spawn('sh', ['-c', 'echo $$ >"$1"; echo; exec sleep 1000', 'sh', first])
      await once(child.stdout, 'data')
      await cgroups.complete('a')
      for (const file of [first, ...missing]) expect(readPids(file)).toEqual([child.pid])
      await cgroups.freeze('a')
      await cgroups.thaw('a')
    })

    test('has nothing of a container that has no cgroup', async ({ cgroups }) => {
      expect(await cgroups.usage('a')).toBeUndefined()
      expect(await cgroups.processes('a')).toEqual([])
      expect(await cgroups.isFrozen('a')).toBe(false)
      expect(await cgroups.oomKills('a')).toBe(0)
      await cgroups.thaw('a')
      await expect(cgroups.freeze('a')).rejects.toThrow(/a has no cgroup/)
      await expect(cgroups.update('a', unlimited)).rejects.toThrow(/a has no cgroup/)
    })

    test.for(limitNames)(
      'sets %s where it has the controller, and refuses where it has not',
      async (limit, { cgroups }) => {
        const wanted = { ...unlimited, [limit]: limits[limit] }
        if (settable.includes(limit)) {
          await cgroups.create('a', wanted)
          await cgroups.update('a', unlimited)
          await cgroups.update('a', wanted)
        } else {
          await expect(cgroups.create('a', wanted)).rejects.toThrow(
            new RegExp(`^${limit}: .*no ${controllerOf[limit]} controller`),
          )
          expect(await cgroups.list()).toEqual([])
          await cgroups.create('a', unlimited)
          await expect(cgroups.update('a', wanted)).rejects.toThrow(new RegExp(`^${limit}: `))
        }
      },
    )

    test('keeps to the limits, and tells what memory cost', async ({ cgroups }) => {
      const small = settableOf({ cpus: 1, memory: 8 * mib, pids: 3 })
      await cgroups.create('a', small)
      const hog = run(cgroups, 'a', 'dd', 'if=/dev/zero', 'of=/dev/null', 'bs=32M', 'count=1', 'status=none')
      const [, ended] = await once(hog, 'exit')
      expect(ended).toBe(small.memory === null ? null : 'SIGKILL')
      expect(await cgroups.oomKills('a')).toBe(small.memory === null ? 0 : 1)
      const forker = run(cgroups, 'a', 'sh', '-c', 'sleep 0.1 & sleep 0.1 & sleep 0.1 & sleep 0.1 & wait')
      expect((await once(forker, 'exit'))[0]).toBe(small.pids === null ? 0 : 2)
    })

    test('changes all limits or none', async ({ cgroups }) => {
      await cgroups.create('a', settableOf(limits))
      // It has its 32 MiB until all of it is read.
      const holder = run(cgroups, 'a', 'dd', 'if=/dev/zero', 'bs=32M', 'count=1', 'status=none')
      await once(holder.stdout, 'readable')
      const before = snapshot(cgroups)
      const tooLittle = { cpus: 2, memory: 8 * mib, pids: 60 }
      if (settable.includes('memory'))
        await expect(cgroups.update('a', tooLittle)).rejects.toThrow(
          /^memory: the container uses \d{8} bytes, more than the 8388608 asked for$/,
        )
      const badPids = { ...settableOf({ cpus: 2, memory: 128 * mib, pids: null }), pids: -1 }
      await expect(cgroups.update('a', badPids)).rejects.toThrow(/^pids: /)
      expect(snapshot(cgroups)).toEqual(before)
      await cgroups.update('a', settableOf({ cpus: 2, memory: 128 * mib, pids: 60 }))
      if (settable.length > 0) expect(snapshot(cgroups)).not.toEqual(before)
    })
  },
)

const expectEnded = async (child: ChildProcess, orphan: ProcessIdentity) => {
  if (child.signalCode === null) await once(child, 'exit')
  expect(child.signalCode).toBe('SIGKILL')
  expect(isAlive(orphan)).toBe(false)
}

const limitFiles = [
  ...['memory.limit_in_bytes', 'memory.memsw.limit_in_bytes', 'cpu.cfs_quota_us'],
  ...['memory.max', 'memory.swap.max', 'cpu.max', 'pids.max'],
]

/** What the kernel says of the limits of the container "a". */
const snapshot = (cgroups: Cgroups) =>
  cgroups
    .procsFiles('a')
    .flatMap((file) => limitFiles.map((name) => file.replace('cgroup.procs', name)))
    .filter((file) => existsSync(file))
    .map((file) => `${file} ${readFileSync(file, 'utf8')}`)
