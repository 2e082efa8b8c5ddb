import { readdir } from 'node:fs/promises'
import { createLanes } from '../../lanes.ts'
import { readProc, readProcLink } from './proc-file.ts'
import { type ProcessStat, parseStat } from './stat.ts'

/** The processes of the host that are in other pid namespaces than ours, those left out that are not ours to look at. */
export interface Look {
  /** When it began, as `performance.now()` has it. */
  readonly at: number
  readonly processes: ReadonlyMap<number, Seen>
  readonly childrenOf: ReadonlyMap<number, readonly Seen[]>
  readonly inNamespace: ReadonlyMap<string, readonly Seen[]>
}

export interface Seen {
  readonly pid: number
  /** Its pid namespace. */
  readonly namespace: string
  readonly stat: ProcessStat
}

/** Looks at all processes of the host. */
export const lookAround = async (): Promise<Look> => {
  const at = performance.now()
  const own = await readProcLink('/proc/self/ns/pid')
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number)
  const inLane = createLanes(2) // the others' files wait for no more than that
  const seen = await Promise.all(pids.map((pid) => inLane(() => see(pid, own))))
  return lookOf(
    at,
    seen.filter((process) => process !== undefined),
  )
}

/** Put in order once for all containers that are looked for in it. */
export const lookOf = (at: number, seen: readonly Seen[]): Look => ({
  at,
  processes: new Map(seen.map((process) => [process.pid, process])),
  childrenOf: Map.groupBy(seen, ({ stat }) => stat.parent),
  inNamespace: Map.groupBy(seen, ({ namespace }) => namespace),
})

const see = async (pid: number, own: string | undefined): Promise<Seen | undefined> => {
  const namespace = await readProcLink(`/proc/${pid}/ns/pid`)
  if (namespace === undefined || namespace === own) return undefined
  const text = await readProc(`/proc/${pid}/stat`)
  return text === undefined ? undefined : { pid, namespace, stat: parseStat(text) }
}

/**
 * Those of a container, by its first process: all that are in its pid namespace, and in namespaces below it, which only
 * descendants can be in.
 */
export const membersOf = ({ processes, childrenOf, inNamespace }: Look, first: number): readonly Seen[] => {
  const namespace = processes.get(first)?.namespace
  if (namespace === undefined) return []
  const members = new Map<number, Seen>()
  const left = [...(inNamespace.get(namespace) ?? [])]
  for (let process = left.pop(); process; process = left.pop()) {
    if (members.has(process.pid)) continue
    members.set(process.pid, process)
    left.push(...(childrenOf.get(process.pid) ?? []))
  }
  return [...members.values()]
}
