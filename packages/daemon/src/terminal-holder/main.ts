import { loadAddon } from './addon.ts'
import { hold } from './hold.ts'
import { giveAway, openPty } from './open-pty.ts'

// Holds a terminal of a container for the daemon: COLUMNS ROWS UID GID. It ends with the last program in the terminal, or
// when the daemon lets go of it, which hangs the terminal up.
const [columns = 80, rows = 24, uid = 0, gid = 0] = process.argv.slice(2).map(Number)
try {
  const addon = loadAddon()
  const { master, slave } = openPty(addon, columns, rows)
  hold({ master, slave, addon, giveAway: () => giveAway(slave, uid, gid) })
} catch (error) {
  console.error((error as Error).message)
  process.exitCode = 1
}
