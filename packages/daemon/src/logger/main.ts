import { join } from 'node:path'
import process from 'node:process'
import { takeLock } from '../host/lock.ts'
import { Collector } from './collector.ts'
import { lockName, takenCode } from './protocol.ts'
import { serve } from './server.ts'

// Keeps what containers print: `aptorch-logger FOLDER`, started by the daemon, which it outlives. The folder is the one of all
// logs of a home.

const [folder] = process.argv.slice(2)
if (folder === undefined) throw new Error('want the folder of the logs')

// Nothing of it is anybody else's to read, the socket included.
process.umask(0o077)

const lock = await takeLock(join(folder, lockName))
if (!lock) process.exit(takenCode)

const idleMs = 10_000
const answerMs = 100

const collector = new Collector()
let ending = false
const end = () => {
  if (ending) return
  ending = true
  clearInterval(idleLook)
  served.close()
  collector.close()
  lock.close().then(() => setTimeout(() => process.exit(0), answerMs))
}
const served = await serve(folder, collector, end)

// A daemon that was killed can't say that it is not needed any more.
let idleSince: number | undefined
const idleLook = setInterval(() => {
  if (!collector.isIdle || served.isWatched()) idleSince = undefined
  else idleSince ??= performance.now()
  if (idleSince !== undefined && performance.now() - idleSince >= idleMs) end()
}, 1000)

process.once('SIGTERM', end)
process.once('SIGINT', end)
