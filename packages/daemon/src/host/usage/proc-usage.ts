import type { BlockUsage, CgroupUsage } from '../cgroups/cgroups.ts'
import type { Guard } from './guard.ts'
import type { Seen } from './look.ts'
import { readProc } from './proc-file.ts'
import { ticksPerSecond } from './stat.ts'
import { readStatus } from './status.ts'

/**
 * What these processes use together, where no cgroup counts it. Of processes that have ended it has what their parents took
 * note of. All null without any process.
 */
export const readProcUsage = async (members: readonly Seen[], guard: Guard): Promise<CgroupUsage> => {
  const memory: number[] = []
  const block: (BlockUsage | undefined)[] = []
  for (const { pid } of members) {
    memory.push(await memoryOf(pid, guard))
    block.push(await blockOf(pid, guard))
  }
  const isNone = members.length === 0
  const total = (figure: (member: Seen) => number) => (isNone ? null : sum(members.map(figure)))
  return {
    cpuUs: total(({ stat }) => usOf(userTicksOf(stat) + systemTicksOf(stat))),
    cpuUserUs: total(({ stat }) => usOf(userTicksOf(stat))),
    cpuSystemUs: total(({ stat }) => usOf(systemTicksOf(stat))),
    throttledUs: null,
    memory: isNone ? null : sum(memory),
    memoryLimit: null,
    memoryPeak: null,
    pids: total(({ stat }) => stat.threads),
    pidsLimit: null,
    block: addedUp(block.filter((usage) => usage !== undefined)),
  }
}

type Ticks = Seen['stat']
const userTicksOf = ({ userTicks, childrenUserTicks }: Ticks) => userTicks + childrenUserTicks
const systemTicksOf = ({ systemTicks, childrenSystemTicks }: Ticks) => systemTicks + childrenSystemTicks
const usOf = (ticks: number) => (ticks * 1_000_000) / ticksPerSecond

/** In bytes; of pages that others have as well its share, where the kernel tells (since Linux 4.14), else all of them. */
const memoryOf = async (pid: number, guard: Guard): Promise<number> => {
  const rollup = await guard(() => readProc(`/proc/${pid}/smaps_rollup`))
  const share = rollup?.match(/^Pss:\s*(\d+) kB$/m)?.[1]
  return share === undefined ? ((await readStatus(pid))?.resident ?? 0) : Number(share) * 1024
}

/** Undefined when the kernel doesn't tell, or not us. */
const blockOf = async (pid: number, guard: Guard): Promise<BlockUsage | undefined> => {
  const text = await guard(() => readProc(`/proc/${pid}/io`))
  if (text === undefined) return undefined
  const figure = (key: string) => Number(text.match(new RegExp(`^${key}: (\\d+)$`, 'm'))?.[1] ?? 0)
  return { readBytes: figure('read_bytes'), writtenBytes: figure('write_bytes'), reads: null, writes: null }
}

const addedUp = (parts: readonly BlockUsage[]): BlockUsage | null =>
  parts.length === 0
    ? null
    : {
        readBytes: sum(parts.map(({ readBytes }) => readBytes)),
        writtenBytes: sum(parts.map(({ writtenBytes }) => writtenBytes)),
        reads: null,
        writes: null,
      }

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0)
