import { describe, expect, test } from 'vitest'
import type { Sample } from './meter.ts'
import { toStats } from './to-stats.ts'

const machine = { cpus: 4, memory: 1000 }

const sample = (
  at: number,
  cpuUs: number | null,
  rest: Partial<Sample> = {},
  usage: Partial<Sample['usage']> = {},
) => ({
  at,
  network: null,
  source: 'cgroup' as const,
  ...rest,
  usage: {
    ...{ cpuUs, cpuUserUs: null, cpuSystemUs: null, throttledUs: null },
    ...{ memory: 100, memoryLimit: null, memoryPeak: null, pids: 3, pidsLimit: null, block: null },
    ...usage,
  },
})

describe('the share of processors', () => {
  test.for([
    ['half of one', sample(0, 0), sample(1000, 500_000), 50],
    ['two and a half', sample(500, 7), sample(1500, 2_500_007), 250],
    ['no more than the machine has', sample(0, 0), sample(10, 1_000_000), 400],
    ['none where it seems to shrink', sample(0, 50), sample(1000, 0), 0],
    ['unknown without a first sample', undefined, sample(1000, 50), null],
    ['unknown without time between', sample(5, 0), sample(5, 50), null],
    ['unknown where nobody counts', sample(0, null), sample(1000, null), null],
    ['unknown where another counts', sample(0, 0, { source: 'proc' }), sample(1000, 50), null],
  ] as const)('is %s', ([, before, after, percent]) => {
    expect(toStats(before, after, machine).cpu_percent).toBe(percent)
  })
})

describe('the share of memory', () => {
  test.for([
    ['of its limit', 100, 400, 25],
    ['of the machine’s without one', 100, null, 10],
    ['of the machine’s where its limit is more', 333, 5000, 33.3],
    ['unknown where nobody counts', null, 400, null],
  ] as const)('is %s', ([, memory, memoryLimit, percent]) => {
    const stats = toStats(undefined, sample(0, 0, {}, { memory, memoryLimit }), machine)
    expect(stats).toMatchObject({ memory, memory_limit: memoryLimit, memory_percent: percent })
  })
})

test('all else is as it was counted', () => {
  const network = {
    ...{ receivedBytes: 1, receivedPackets: 2, receiveErrors: 3 },
    ...{ sentBytes: 4, sentPackets: 5, sendErrors: 6 },
  }
  const block = { readBytes: 7, writtenBytes: 8, reads: 9, writes: 10 }
  expect(toStats(undefined, sample(0, 1_500_000, { network }, { block, pidsLimit: 11 }), machine)).toMatchObject({
    ...{ cpu_time_s: 1.5, network_received: 1, network_sent: 4, block_read: 7, block_written: 8 },
    ...{ pids: 3, pids_limit: 11, source: 'cgroup' },
  })
  expect(toStats(undefined, sample(0, null), machine)).toMatchObject({
    ...{ cpu_time_s: null, network_received: null, network_sent: null, block_read: null, block_written: null },
  })
})
