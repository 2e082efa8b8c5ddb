import { type FileHandle, open, stat } from 'node:fs/promises'
import { isAlive, type ProcessIdentity } from '../process.ts'
import { descriptorPath } from './run.ts'

const kinds = ['user', 'mnt', 'pid', 'net', 'ipc', 'uts', 'cgroup'] as const

type Kind = (typeof kinds)[number]

/** The namespaces of one process, held open: they are that process's, whatever has its pid later. */
export interface Namespaces extends AsyncDisposable {
  /** Where programs of the host find it while it is held open. */
  pathOf(kind: Kind): string
  /** Rejects when the process has ended or has gone to another mount namespace: its `/proc` shows that one then. */
  check(): Promise<void>
}

/** Rejects with an Error when the process has ended, or is in the host's own namespaces and so in no container. */
export const openNamespaces = async (process: ProcessIdentity): Promise<Namespaces> => {
  await using opened = new AsyncDisposableStack()
  const files = new Map<Kind, FileHandle>()
  try {
    for (const kind of kinds) files.set(kind, opened.use(await open(fileOf(process.pid, kind))))
  } catch (error) {
    throw isAlive(process) ? error : gone(process, error)
  }
  if (!isAlive(process)) throw gone(process)

  const pathOf = (kind: Kind) => descriptorPath(files.get(kind)?.fd ?? -1)
  for (const kind of ['mnt', 'user'] as const) {
    if ((await identityOf(pathOf(kind))) === (await identityOf(fileOf('self', kind))))
      throw new Error(`process ${process.pid} is in the host's own ${kind} namespace, and so in no container`)
  }
  const check = async () => {
    const current = await identityOf(fileOf(process.pid, 'mnt')).catch(() => undefined) // it has ended, as seen below
    if (!isAlive(process)) throw gone(process)
    if (current !== (await identityOf(pathOf('mnt')))) throw new Error(`process ${process.pid} has gone elsewhere`)
  }
  const kept = opened.move()
  return { pathOf, check, [Symbol.asyncDispose]: () => kept.disposeAsync() }
}

const fileOf = (pid: number | 'self', kind: Kind) => `/proc/${pid}/ns/${kind}`

/** A namespace is known by its file's device and inode (namespaces(7)). */
const identityOf = async (path: string) => {
  const { dev, ino } = await stat(path)
  return `${dev}:${ino}`
}

const gone = ({ pid }: ProcessIdentity, cause?: unknown) => new Error(`process ${pid} has ended`, { cause })
