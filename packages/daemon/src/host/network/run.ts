import { runToolWith } from '../tool.ts'

/** In milliseconds. Nothing here takes long by itself, but the firewall's lock and a busy machine can hold it up. */
export const timeout = 20_000

/** Runs a program that has to succeed; what it printed. Rejects with an Error that has what it said on stderr. */
export const runOrThrow = async (file: string, ...args: readonly string[]): Promise<string> => feed('', file, ...args)

/** The same with something on its standard input. */
export const feed = async (input: string, file: string, ...args: readonly string[]): Promise<string> => {
  const { ok, stdout, stderr } = await runToolWith({ input, timeout }, file, ...args)
  if (!ok) throw new Error(`${[file, ...args].join(' ').slice(0, 200)}: ${stderr.trim().slice(0, 1000) || 'it failed'}`)
  return stdout
}
