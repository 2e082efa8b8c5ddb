import { Socket } from 'node:net'
import { ReadStream } from 'node:tty'
import type { PtyAddon } from './addon.ts'
import { dataDescriptor, type FromHolder, type ToHolder } from './messages.ts'
import type { Pty } from './open-pty.ts'

export interface Held extends Pty {
  readonly addon: PtyAddon
  /** Called when the daemon has opened the program's side. */
  readonly giveAway: () => void
}

/** Connects a terminal with the daemon, until one of them has ended. */
export const hold = ({ master, slave, addon, giveAway }: Held): void => {
  const say = (message: FromHolder) => process.send?.(message)
  const data = new Socket({ fd: dataDescriptor, readable: true, writable: true, allowHalfOpen: true })
  const terminal = new ReadStream(master)

  const leave = () => {
    terminal.destroy()
    data.end(() => data.destroy()) // after what was printed
    if (process.connected) process.disconnect?.()
  }
  const abandon = () => {
    terminal.destroy()
    data.destroy()
    if (process.connected) process.disconnect?.()
  }

  data.pipe(terminal, { end: false })
  terminal.pipe(data, { end: false })
  terminal.on('error', leave) // EIO: no program has it open any more
  terminal.on('end', leave)
  data.on('error', abandon) // the daemon is gone
  process.on('disconnect', () => {
    if (!data.writableEnded) abandon()
  })
  process.on('message', (message: ToHolder) => {
    if ('opened' in message) {
      giveAway()
      say({ given: true })
    } else if (!terminal.destroyed) addon.resize(master, message.columns, message.rows)
  })
  say({ slave })
}
