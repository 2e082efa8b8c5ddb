import { readProcStart } from './proc-file.ts'

/** What went through the interfaces of a network namespace but "lo", since they were made. */
export interface NetworkUsage {
  readonly receivedBytes: number
  readonly receivedPackets: number
  readonly receiveErrors: number
  readonly sentBytes: number
  readonly sentPackets: number
  readonly sendErrors: number
}

/** Of the network that a process is in; null when it has ended. */
export const readNetworkUsage = async (pid: number): Promise<NetworkUsage | null> => {
  const text = await readProcStart(`/proc/${pid}/net/dev`, netDevLimit)
  return text === undefined ? null : parseNetDev(text)
}

/**
 * Reads the text of `/proc/PID/net/dev` (proc(5)): two lines of titles, then a line an interface with eight figures for what
 * came in, and eight for what went out.
 */
export const parseNetDev = (text: string): NetworkUsage => {
  const interfaces = text
    .split('\n')
    .slice(2)
    .map((line) => line.trim().split(/[:\s]+/))
    .filter(([name, ...figures]) => name !== 'lo' && figures.length === 16)
  const sumOf = (column: number) => interfaces.reduce((sum, figures) => sum + Number(figures[column + 1]), 0)
  return {
    receivedBytes: sumOf(0),
    receivedPackets: sumOf(1),
    receiveErrors: sumOf(2),
    sentBytes: sumOf(8),
    sentPackets: sumOf(9),
    sendErrors: sumOf(10),
  }
}

// A container whose network is its own to change can have any number of interfaces: what is beyond is not counted.
const netDevLimit = 1024 * 1024
