import { describe, expect } from 'vitest'
import { openCgroups } from '../cgroups/cgroups.ts'
import { test as base } from './container.fixture.ts'
import { createMeter } from './meter.ts'

const mib = 1024 * 1024

const test = base.extend('cgroups', async ({ task }, { onCleanup }) => {
  const opened = await openCgroups(`/meter/${task.id}`)
  if ('reason' in opened) throw new Error(opened.reason)
  const { cgroups } = opened
  onCleanup(async () => {
    for (const container of await cgroups.list()) await cgroups.remove(container)
    await cgroups.close()
  })
  return cgroups
})

describe('a container with a cgroup', () => {
  test('uses what is counted there, and shows only what is inside', async ({ cgroups, start }) => {
    await cgroups.create('a', { cpus: null, memory: 256 * mib, pids: 100 })
    const { process, maker } = await start('sleep 1000 & echo; wait', cgroups.procsFiles('a'))
    const meter = createMeter(cgroups)
    expect(await meter.measure({ container: 'a', process, ownNetwork: false })).toMatchObject({
      source: 'cgroup',
      usage: { memoryLimit: 256 * mib, pids: 3, pidsLimit: 100 },
      network: null,
    })
    expect(await cgroups.processes('a')).toContain(maker)
    const processes = await meter.processesOf({ container: 'a', process })
    expect(processes.map(({ inside_pid, parent_pid }) => [inside_pid, parent_pid])).toEqual([
      [1, 0],
      [2, 1],
    ])
    expect(processes[0]?.pid).toBe(process.pid)
  })

  test('that it is not in is looked for in /proc', async ({ cgroups, start }) => {
    const { process } = await start('sleep 1000 & echo; wait')
    const meter = createMeter(cgroups)
    const sample = await meter.measure({ container: 'a', process, ownNetwork: true })
    expect(sample).toMatchObject({ source: 'proc', usage: { pids: 2 } })
    expect(await meter.processesOf({ container: 'a', process })).toHaveLength(2)
  })
})

test('what a container sends is counted in its own network', async ({ start }) => {
  // Nobody is there: the kernel asks for who has that address, time and again.
  const send = `require('dgram').createSocket('udp4').send('x', 9, '10.9.9.2', () => process.exit())`
  const network = 'ip link add name v0 type veth peer name v1 && ip link set v1 up && ip addr add 10.9.9.1/24 dev v0'
  const { process: first } = await start(
    `${network} && ip link set v0 up && ${process.execPath} -e "${send}"; echo; exec sleep 1000`,
  )
  const meter = createMeter(undefined)
  const counted = async () => (await meter.measure({ container: 'a', process: first, ownNetwork: true }))?.network
  await expect.poll(async () => (await counted())?.sentPackets, { timeout: 4_000 }).toBeGreaterThan(0)
  const { sentBytes = 0, receivedBytes = 0 } = (await counted()) ?? {}
  expect(sentBytes).toBeGreaterThan(0)
  expect(receivedBytes).toBeGreaterThan(0)
})
