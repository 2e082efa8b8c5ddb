import type { Readable } from 'node:stream'
import { toolsInside } from '../arguments.ts'

const most = 4
const longestLine = 16 * 1024 // of two paths, each byte as four characters
const shown = 300

/**
 * Reads what a program says on standard error to its end, and returns the first lines that tell of something that went wrong.
 * Bounded, whatever comes: a container can make its programs say anything. Never rejects.
 */
export const readComplaints = async (stream: Readable | null): Promise<readonly string[]> => {
  const complaints: string[] = []
  const take = (lines: readonly string[]) => {
    for (const line of lines) if (complaints.length < most && !isHarmless(line)) complaints.push(shorten(line))
  }
  try {
    let rest = ''
    for await (const chunk of stream ?? []) {
      const lines = `${rest}${(chunk as Buffer).toString('utf8')}`.split('\n')
      rest = (lines.pop() ?? '').slice(0, longestLine)
      take(lines)
    }
    take([rest])
  } catch (error) {
    take([(error as Error).message])
  }
  return complaints
}

// An owner that the account's range has no id for: the file goes to root inside. An attribute that the file system doesn't have.
const harmless = [
  /Cannot change ownership to uid \d+, gid \d+: Invalid argument$/,
  /Cannot set '.*' extended attribute/,
  /Exiting with failure status due to previous errors$/,
  /^\s*$/,
]

const isHarmless = (line: string) => harmless.some((pattern) => pattern.test(line))

/** The reason stands at the end, after a name that can be long. */
const shorten = (line: string) => {
  const text = line.replace(`${toolsInside}/`, '')
  return text.length > shown ? `${text.slice(0, shown / 2)}…${text.slice(-shown / 2)}` : text
}
