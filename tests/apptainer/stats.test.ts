import { describe, expect } from 'vitest'
import type { StatsItem } from '../../packages/shared/src/index.ts'
import { forever, isRoot, test } from '../harness.ts'

const name = { container_name: 'busy' }

test.beforeAll(async ({ daemon, image }) => {
  await daemon.client.start({ ...name, image, container_command: ['while :; do :; done'] })
  await daemon.client.start({ container_name: 'idle', image, container_command: [forever] })
})

describe('statistics', () => {
  test('show what each container uses', async ({ daemon }) => {
    const [busy, idle] = await daemon.client.stats({ container_name: ['busy', 'idle'] })
    expect(busy).toMatchObject({ ...name, source: isRoot ? 'cgroup' : expect.any(String), memory_limit: null })
    expect(busy?.cpu_percent).toBeGreaterThan(20)
    expect(idle?.cpu_percent ?? 100).toBeLessThan(busy?.cpu_percent ?? 0)
    expect(busy?.memory).toBeGreaterThan(100_000)
    expect(busy?.memory).toBeLessThan(200_000_000)
    expect(busy?.pids).toBeGreaterThan(2)
    if (isRoot) expect(busy?.network_received).toEqual(expect.any(Number))
    expect((await daemon.client.stats({})).map(({ container_name }) => container_name).sort()).toEqual(['busy', 'idle'])
  })

  test('come again and again, until the container ends', async ({ daemon, image }) => {
    await daemon.client.start({ container_name: 'brief', image, container_command: ['sleep 1.5'] })
    const items: StatsItem[] = []
    for await (const item of daemon.client.stream.stats({ container_name: 'brief', interval_s: 0.3 })) items.push(item)
    expect(items.length).toBeGreaterThan(1)
    expect(new Set(items.map(({ time }) => time)).size).toBe(items.length)
  })

  test('are refused for a container that does not run', async ({ daemon }) => {
    await expect(daemon.client.stats({ container_name: 'none' })).rejects.toMatchObject({ code: 'container_not_found' })
  })
})

test('the processes of a container are known by both of their numbers', async ({ daemon }) => {
  const { pid } = await daemon.client.getcont(name)
  const { processes } = await daemon.client.top(name)
  expect(processes.find(({ inside_pid }) => inside_pid === 1)).toMatchObject({ pid, parent_pid: 0, user: '0' })
  const shell = processes.find(({ command }) => command === '/bin/sh /.aptorch/command')
  expect(shell).toMatchObject({ user: '0', state: expect.stringMatching(/[RS]/) })
  expect(shell?.pid).not.toBe(shell?.inside_pid)
  expect(Math.abs(Date.parse(shell?.started_at ?? '') - Date.now())).toBeLessThan(120_000)
})
