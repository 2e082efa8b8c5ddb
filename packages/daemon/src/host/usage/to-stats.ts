import type { StatsItem } from '@aptorch/shared'
import type { Sample } from './meter.ts'

/** What the API shows of a container's usage, but for whose it is and when. */
export type Stats = Omit<StatsItem, 'time' | 'container_name'>

/** What a machine has. */
export interface Machine {
  /** A count of its processors. */
  readonly cpus: number
  /** In bytes. */
  readonly memory: number
}

/** Of two samples of one container, the second the later; without a first, the share of processors is unknown. */
export const toStats = (before: Sample | undefined, after: Sample, machine: Machine): Stats => {
  const { usage, network, source } = after
  const { memory, memoryLimit, block } = usage
  const room = Math.min(memoryLimit ?? machine.memory, machine.memory)
  return {
    cpu_percent: before === undefined ? null : cpuPercent(before, after, machine),
    cpu_time_s: usage.cpuUs === null ? null : usage.cpuUs / 1_000_000,
    memory,
    memory_limit: memoryLimit,
    memory_percent: memory === null || room === 0 ? null : rounded((memory / room) * 100),
    network_received: network === null ? null : network.receivedBytes,
    network_sent: network === null ? null : network.sentBytes,
    block_read: block === null ? null : block.readBytes,
    block_written: block === null ? null : block.writtenBytes,
    pids: usage.pids,
    pids_limit: usage.pidsLimit,
    source,
  }
}

/** 100 is one processor. What was used can seem to shrink: /proc forgets processes whose end nobody took note of. */
const cpuPercent = (before: Sample, after: Sample, { cpus }: Machine): number | null => {
  const us = (after.at - before.at) * 1000
  if (before.source !== after.source || before.usage.cpuUs === null || after.usage.cpuUs === null || us <= 0)
    return null
  const percent = ((after.usage.cpuUs - before.usage.cpuUs) / us) * 100
  return rounded(Math.min(Math.max(percent, 0), cpus * 100))
}

/** To two decimals. */
const rounded = (percent: number) => Math.round(percent * 100) / 100
