import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, constants, fstatSync, open as openFile } from 'node:fs'
import { type FileHandle, open, stat } from 'node:fs/promises'
import type { Socket } from 'node:net'
import { promisify } from 'node:util'
import { type Account, spawnAs } from '../account.ts'
import { isAlive, type ProcessIdentity } from '../process.ts'
import { searchPath } from '../tool.ts'
import { createTeller, listenTo, tell } from './holder.ts'
import { inTerminalsOf } from './script.ts'

export interface TerminalOrder {
  readonly account: Account
  /** The container's first process. */
  readonly process: ProcessIdentity
  readonly rows: number
  readonly columns: number
  /** Whose the terminal is, by numbers inside. */
  readonly owner: { readonly uid: number; readonly gid: number }
  /** The command that runs the holder. */
  readonly holder: readonly string[]
}

/** A terminal of a container, opened by a process that holds it: the container's own, so that programs find its name. */
export interface Terminal {
  /** The program's side, until `started`. */
  readonly slave: number
  /** What is written there is typed, and what is read is printed. */
  readonly data: Socket
  resize(rows: number, columns: number): void
  /** Closes the program's side, so that the terminal ends with the last program that has it open. */
  started(): void
  /** Takes the terminal away: its session gets SIGHUP. */
  close(): void
}

/** Rejects with an Error that says why there is none. */
export const openTerminal = async (order: TerminalOrder): Promise<Terminal> => {
  const { process, account } = order
  await using namespace = await open(`/proc/${process.pid}/ns/user`)
  await refuseOthers(namespace, process)
  const [file = '', ...args] = holderCommand(order)
  const child = spawn(file, args, {
    ...spawnAs(account),
    cwd: '/',
    env: { PATH: searchPath, LANG: 'C.UTF-8' },
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'ipc', namespace.fd],
  })
  child.on('error', () => undefined) // as its end, too, which is waited for
  try {
    const terminal = handle(child, await openSlave(child))
    if (isAlive(process)) return terminal
    terminal.started()
    throw new Error(`process ${process.pid} has ended`)
  } catch (error) {
    child.kill('SIGKILL')
    throw error
  }
}

/** While that process lives, its pid is no other's, and so what was opened by its pid is its own. */
const refuseOthers = async (namespace: FileHandle, process: ProcessIdentity) => {
  const [its, ours] = await Promise.all([namespace.stat(), stat('/proc/self/ns/user')])
  if (!isAlive(process)) throw new Error(`process ${process.pid} has ended`)
  if (its.ino === ours.ino)
    throw new Error(`process ${process.pid} is in the host's own user namespace, and so in no container`)
}

/** As the account, which may enter the container's user namespace, since that is its own: never as root. */
const holderCommand = ({ process, rows, columns, owner, holder }: TerminalOrder) => [
  ...['nsenter', '--user=/proc/self/fd/5', '--', 'unshare', '--mount', '--'],
  ...['sh', '-c', inTerminalsOf, 'sh', String(process.pid)],
  ...[...holder, columns, rows, owner.uid, owner.gid].map(String),
]

/** Both have it open for a moment, so that the terminal doesn't end in between. */
const openSlave = async (child: ChildProcess): Promise<number> => {
  const nextMessage = listenTo(child)
  const message = await nextMessage()
  if (!('slave' in message)) throw new Error("the terminal's holder began with something else")
  const path = `/proc/${child.pid}/fd/${message.slave}`
  const fd = await promisify(openFile)(path, constants.O_RDWR | constants.O_NOCTTY)
  try {
    const found = fstatSync(fd)
    if (!found.isCharacterDevice() || !isPty(found.rdev))
      throw new Error('what the container has for its terminals is none')
    const given = nextMessage()
    await tell(child, { opened: true })
    await given
    return fd
  } catch (error) {
    closeSync(fd)
    throw error
  }
}

/** The majors of the program's side of a pty, by the kernel's devices.txt; the bits are those of makedev(3). */
const isPty = (rdev: number) => {
  const major = (rdev >> 8) & 0xfff
  return major >= 136 && major <= 143
}

const handle = (child: ChildProcess, slave: number): Terminal => {
  let isOpen = true
  const tellSize = createTeller(child)
  return {
    slave,
    data: child.stdio[3] as Socket,
    resize: (rows, columns) => tellSize({ rows, columns }),
    started: () => {
      if (!isOpen) return
      isOpen = false
      closeSync(slave)
    },
    close: () => void child.kill('SIGKILL'),
  }
}
