import { findValue } from './files.ts'
import { type BlockUsage, type CgroupUsage, numberAfter, numberIn, withoutCache } from './usage.ts'

/** What is used in a cgroup of v2; the files are those of Documentation/admin-guide/cgroup-v2.rst of the kernel. */
export const readV2Usage = async (folder: string): Promise<CgroupUsage> => {
  const read = (file: string) => findValue(`${folder}/${file}`)
  const [cpu, used, memory, memoryLimit, peak, pids, pidsLimit, block] = await Promise.all([
    read('cpu.stat'),
    read('memory.current'),
    read('memory.stat'),
    read('memory.max'),
    read('memory.peak'), // since Linux 5.19
    read('pids.current'),
    read('pids.max'),
    read('io.stat'),
  ])
  return {
    cpuUs: numberAfter(cpu, 'usage_usec'),
    cpuUserUs: numberAfter(cpu, 'user_usec'),
    cpuSystemUs: numberAfter(cpu, 'system_usec'),
    throttledUs: numberAfter(cpu, 'throttled_usec'),
    memory: withoutCache(numberIn(used), numberAfter(memory, 'inactive_file')),
    memoryLimit: numberIn(memoryLimit),
    memoryPeak: numberIn(peak),
    pids: numberIn(pids),
    pidsLimit: numberIn(pidsLimit),
    block: block === undefined ? null : blockUsage(block),
  }
}

/** Lines are "MAJOR:MINOR rbytes=NUMBER wbytes=NUMBER rios=NUMBER wios=NUMBER …". */
const blockUsage = (text: string): BlockUsage => {
  const sumOf = (key: string) =>
    [...text.matchAll(new RegExp(` ${key}=(\\d+)`, 'g'))].reduce((sum, [, number]) => sum + Number(number), 0)
  return { readBytes: sumOf('rbytes'), writtenBytes: sumOf('wbytes'), reads: sumOf('rios'), writes: sumOf('wios') }
}
