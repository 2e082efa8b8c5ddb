import { describe, expect, test } from 'vitest'
import { insideId, parseIdMap } from './id-map.ts'
import { lookOf, membersOf, type Seen } from './look.ts'
import { parseNetDev } from './network-usage.ts'
import { parseStat } from './stat.ts'
import { parseStatus } from './status.ts'
import { commandOf } from './top.ts'

test('a name in stat may hold what separates fields', () => {
  const text =
    '7 (a) S 1 (b) R 6 7 7 0 -1 4194304 90 0 0 0 11 12 13 14 20 0 5 0 9900 2969600 400 18446744073709551615\n'
  expect(parseStat(text)).toEqual({
    ...{ name: 'a) S 1 (b', state: 'R', parent: 6, threads: 5, startTicks: 9900 },
    ...{ userTicks: 11, systemTicks: 12, childrenUserTicks: 13, childrenSystemTicks: 14 },
  })
})

test('a status has the ids and pids that count, and none of a name that looks like them', () => {
  const text =
    'Name:\tUid:\\n\nUid:\t1\t2\t3\t4\nGroups:\t5 6 \nNStgid:\t70\t7\nNSpid:\t70\t7\t1\nVmRSS:\t    1732 kB\n'
  expect(parseStatus(text)).toEqual({ uid: 2, pids: [70, 7, 1], resident: 1732 * 1024 })
  expect(parseStatus('Name:\tzombie\nUid:\t0\t0\t0\t0\nNSpid:\t9\n')).toEqual({ uid: 0, pids: [9], resident: 0 })
})

test('a network is all of its interfaces but its own loop', () => {
  const text = `Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
    lo:  1000      10    1    0    0     0          0         0     1000      10    1    0    0     0       0          0
  eth0:    42       4    2    0    0     0          0         0     1026      11    3    0    0     0       0          0
 wlan0:123456789012 5    0    0    0     0          0         0        1       1    0    0    0     0       0          0
`
  expect(parseNetDev(text)).toEqual({
    ...{ receivedBytes: 123456789054, receivedPackets: 9, receiveErrors: 2 },
    ...{ sentBytes: 1027, sentPackets: 12, sendErrors: 3 },
  })
})

test('an id of the host is another inside, or nobody’s', () => {
  const map = parseIdMap('         0        999          1\n         1     100000      65536\n')
  expect([999, 100_000, 100_041, 165_535, 165_536, 0].map((id) => insideId(map, id))).toEqual([
    0, 1, 42, 65_536, 65_534, 65_534,
  ])
})

test('a command line is one line that steers no terminal', () => {
  expect(commandOf('sh\0-c\0echo a\n\u001b[2J\u009b1m\0\0')).toBe('sh -c echo a??[2J?1m')
  expect(commandOf('nginx: worker process')).toBe('nginx: worker process')
})

describe('the members of a container', () => {
  const seen = (pid: number, parent: number, namespace: string): Seen => ({
    pid,
    namespace,
    stat: { ...parseStat('1 (x) S 0'), parent },
  })

  test('are in its namespace or below, and others’ are not', () => {
    const look = lookOf(0, [
      ...[seen(10, 1, 'a'), seen(11, 10, 'a'), seen(12, 1, 'a')],
      ...[seen(20, 11, 'below'), seen(21, 20, 'below'), seen(22, 21, 'deeper')],
      ...[seen(30, 1, 'b'), seen(31, 30, 'b')],
    ])
    const membersAt = (first: number) => membersOf(look, first).map(({ pid }) => pid)
    expect(membersAt(10).sort()).toEqual([10, 11, 12, 20, 21, 22])
    expect(membersAt(30).sort()).toEqual([30, 31])
    expect(membersAt(40)).toEqual([])
  })
})
