import { closeSync, readdirSync, readFileSync } from 'node:fs'

// O_CLOEXEC in the octal flags of /proc/self/fdinfo (proc(5)); the same on x86-64 and arm64.
const closeOnExec = 0o2000000

/**
 * Closes what this process was given open beside standard input, output and error: it would go on to every container, a
 * file of root's too. Node opens all of its own with close-on-exec, so whatever lacks that was inherited.
 * To be called before anything else is started.
 */
export const closeInherited = (): void => {
  for (const name of readdirSync('/proc/self/fd')) {
    const descriptor = Number(name)
    if (descriptor > 2 && isInherited(descriptor)) closeSync(descriptor)
  }
}

const isInherited = (descriptor: number): boolean => {
  let info: string
  try {
    info = readFileSync(`/proc/self/fdinfo/${descriptor}`, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false // that of the listing itself, closed by now
    throw error
  }
  const flags = info.match(/^flags:\t([0-7]+)$/m)?.[1]
  return flags !== undefined && (Number.parseInt(flags, 8) & closeOnExec) === 0
}
