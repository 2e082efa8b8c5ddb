import { readFile } from 'node:fs/promises'
import { isWithin } from '../paths.ts'

/** A mount as `/proc/PID/mountinfo` shows it (proc(5)). */
export interface Mount {
  readonly id: number
  readonly parent: number
  /** The file system's "major:minor", which on btrfs is not what stat(2) gives for its files. */
  readonly device: string
  /** What is mounted, as a path inside that file system; "//deleted" follows it when that was removed. */
  readonly root: string
  /** Where it is mounted, as the process sees it. */
  readonly point: string
  /** Of this mount alone, comma-separated. */
  readonly options: string
  /** Its optional fields, such as "shared:1 master:2"; empty when it is private. */
  readonly propagation: string
  readonly type: string
  /** Of the whole file system, comma-separated. */
  readonly superOptions: string
}

/** The mounts that a process sees, parents before what is mounted on them later. ENOENT when there is no such process. */
export const readMounts = async (pid: number | 'self' = 'self'): Promise<readonly Mount[]> =>
  parseMounts(await readFile(`/proc/${pid}/mountinfo`, 'utf8'))

/** Reads the text of a mountinfo. Throws on a line of another form: to leave a mount out could cost what is in it. */
export const parseMounts = (text: string): readonly Mount[] => text.split('\n').filter(Boolean).map(parseMount)

const parseMount = (line: string): Mount => {
  const fields = line.split(' ')
  const end = fields.indexOf('-', 6) // of the optional fields, none or more
  const [id, parent, device, root, point, options] = fields
  const [type, , superOptions] = fields.slice(end + 1)
  if (end === -1 || device === undefined || root === undefined || point === undefined || options === undefined)
    throw new Error(`a line of mountinfo is not as proc(5) has it: ${line}`)
  return {
    id: Number(id),
    parent: Number(parent),
    device,
    root: decoded(root),
    point: decoded(point),
    options,
    propagation: fields.slice(6, end).join(' '),
    type: type ?? '',
    superOptions: superOptions ?? '',
  }
}

/** The kernel writes a space, a tab, a newline and a backslash as three octal digits each. */
const decoded = (field: string) =>
  field.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)))

/** A place in a file system, whatever it is mounted as: see `Mount`. */
export type FileSystemPlace = Pick<Mount, 'device' | 'root'>

/** The mounts of just this place. */
export const mountsOf = (mounts: readonly Mount[], { device, root }: FileSystemPlace): readonly Mount[] =>
  mounts.filter((mount) => mount.device === device && rootOf(mount) === root)

/** The mounts of this place and of what lies in it: of a folder that is bound, any folder in it can be bound elsewhere. */
export const mountsWithin = (mounts: readonly Mount[], { device, root }: FileSystemPlace): readonly Mount[] =>
  mounts.filter((mount) => mount.device === device && isWithin(rootOf(mount), root))

/** What is mounted at a point, on top of whatever else is. */
export const mountAt = (mounts: readonly Mount[], point: string): Mount | undefined => {
  const there = mounts.filter((mount) => mount.point === point)
  return there.find(({ id }) => !there.some(({ parent }) => parent === id))
}

/** All that is mounted in a mount, however deep. */
export const mountsIn = (mounts: readonly Mount[], top: Mount): readonly Mount[] => {
  const children = Map.groupBy(mounts, ({ parent }) => parent)
  const found: Mount[] = []
  const left = (children.get(top.id) ?? []).toReversed()
  for (let mount = left.pop(); mount; mount = left.pop()) {
    found.push(mount)
    left.push(...(children.get(mount.id) ?? []).toReversed())
  }
  return found
}

/** Their points for a message: a container can have thousands. */
export const pointsOf = (mounts: readonly Mount[]): string => {
  const named = mounts.slice(0, 5).map(({ point }) => point)
  return [...named, ...(mounts.length > 5 ? [`… (${mounts.length} in all)`] : [])].join(', ')
}

const rootOf = ({ root }: Mount) => root.replace(/\/\/deleted$/, '')
