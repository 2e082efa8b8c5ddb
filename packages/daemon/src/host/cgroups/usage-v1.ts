import { findValue } from './files.ts'
import { type BlockUsage, type CgroupUsage, numberAfter, numberIn, usOfNs, withoutCache } from './usage.ts'
import type { V1Controller } from './v1.ts'

/**
 * What is used in a cgroup of v1, which is a folder for each controller; undefined where one is not mounted. The files are
 * those of Documentation/admin-guide/cgroup-v1/{cpuacct,memory,pids,blkio-controller}.rst of the kernel.
 */
export const readV1Usage = async (folderOf: (controller: V1Controller) => string | undefined): Promise<CgroupUsage> => {
  const read = async (controller: V1Controller, file: string) => {
    const folder = folderOf(controller)
    return folder === undefined ? undefined : findValue(`${folder}/${file}`)
  }
  const [cpu, cpuStat, throttling, used, memory, memoryLimit, peak, pids, pidsLimit, block] = await Promise.all([
    read('cpuacct', 'cpuacct.usage'),
    read('cpuacct', 'cpuacct.stat'),
    read('cpu', 'cpu.stat'),
    read('memory', 'memory.usage_in_bytes'),
    read('memory', 'memory.stat'),
    read('memory', 'memory.limit_in_bytes'),
    read('memory', 'memory.max_usage_in_bytes'),
    read('pids', 'pids.current'),
    read('pids', 'pids.max'),
    readBlock((file) => read('blkio', file)),
  ])
  return {
    cpuUs: usOfNs(numberIn(cpu)),
    cpuUserUs: usOfTicks(numberAfter(cpuStat, 'user')),
    cpuSystemUs: usOfTicks(numberAfter(cpuStat, 'system')),
    throttledUs: usOfNs(numberAfter(throttling, 'throttled_time')),
    memory: withoutCache(numberIn(used), numberAfter(memory, 'total_inactive_file')),
    memoryLimit: numberIn(memoryLimit),
    memoryPeak: numberIn(peak),
    pids: numberIn(pids),
    pidsLimit: numberIn(pidsLimit),
    block,
  }
}

/** Of these the first in which the kernel counts: before the scheduler, else in an old one (CFQ). */
const blockFiles = [
  ['blkio.throttle.io_service_bytes_recursive', 'blkio.throttle.io_serviced_recursive'],
  ['blkio.throttle.io_service_bytes', 'blkio.throttle.io_serviced'],
  ['blkio.io_service_bytes_recursive', 'blkio.io_serviced_recursive'],
] as const

const readBlock = async (read: (file: string) => Promise<string | undefined>): Promise<BlockUsage | null> => {
  for (const [bytesFile, operationsFile] of blockFiles) {
    const bytes = await read(bytesFile)
    // A disk is listed once something is counted for it. Since Linux 6.10, that takes a limit on that disk, somewhere.
    if (bytes === undefined || !/^\d+:\d+ /m.test(bytes)) continue
    const operations = (await read(operationsFile)) ?? ''
    return {
      readBytes: sumOf(bytes, 'Read'),
      writtenBytes: sumOf(bytes, 'Write'),
      reads: sumOf(operations, 'Read'),
      writes: sumOf(operations, 'Write'),
    }
  }
  return null
}

/** Lines are "MAJOR:MINOR Read NUMBER", with other kinds beside, and a total. */
const sumOf = (text: string, kind: string): number =>
  text
    .split('\n')
    .map((line) => line.split(' '))
    .filter((words) => words[1] === kind)
    .reduce((sum, words) => sum + Number(words[2]), 0)

// USER_HZ is 100 on all machines that Node runs on (times(2)).
const usOfTicks = (ticks: number | null) => (ticks === null ? null : ticks * 10_000)
