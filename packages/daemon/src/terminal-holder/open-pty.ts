import { closeSync, fchownSync, fstatSync } from 'node:fs'
import type { PtyAddon } from './addon.ts'

/** Descriptors of both sides of a terminal. */
export interface Pty {
  readonly master: number
  readonly slave: number
}

/** Opens a terminal. Throws an Error when there is none to open. */
export const openPty = (addon: PtyAddon, columns: number, rows: number): Pty => {
  const { master, slave } = addon.open(columns, rows)
  // The container made what lies at the name that was opened: it may be anything.
  if (!fstatSync(slave).isCharacterDevice()) throw new Error('what the container has for its terminals is none')
  return { master, slave }
}

/** Lets go of the program's side, which is a user's from then on. */
export const giveAway = (slave: number, uid: number, gid: number): void => {
  try {
    if (uid !== 0 || gid !== 0) fchownSync(slave, uid, gid)
  } catch (error) {
    // Ids that the container doesn't have: whoever is to run the program as them finds out as well, and says so.
    if ((error as NodeJS.ErrnoException).code !== 'EINVAL') throw error
  } finally {
    closeSync(slave)
  }
}
