import { runToolWith, type ToolResult } from '../tool.ts'

/** In milliseconds. Nothing here takes long, but a dead file server or a hostile container may never answer. */
export const timeout = 10_000

/** Where another program finds what this process holds open. It is not handed down to it: it could go further than meant. */
export const descriptorPath = (fd: number): string => `/proc/${process.pid}/fd/${fd}`

/** Runs a program that has to succeed. Rejects with an Error that has what it said on stderr. */
export const runOrThrow = async (file: string, ...args: readonly string[]): Promise<void> => {
  const result = await runToolWith({ timeout }, file, ...args)
  if (!result.ok) throw new Error(saidBy(result) || `${file} failed and did not say why`)
}

/** What a program said on stderr, without mount(8)'s hint at the kernel's log. */
export const saidBy = ({ stderr }: ToolResult): string =>
  stderr
    .replace(/\s*dmesg\(1\) may have more information.*/, '')
    .trim()
    .slice(0, 1000)

// Paths are taken as they stand, and no helper of a file system is called.
const asGiven = ['-c', '-i'] as const

/** mount(8) on the host. */
export const mount = (...args: readonly string[]): Promise<void> => runOrThrow('mount', ...asGiven, ...args)

/** umount(8) on the host. */
export const umount = (...args: readonly string[]): Promise<void> => runOrThrow('umount', ...asGiven, ...args)
