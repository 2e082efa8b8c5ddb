import { type Caller, defaultHome, systemHome, tokenPath } from '@aptorch/shared'

export interface FoundToken {
  readonly token: string | undefined
  /** Where it was found, in words. */
  readonly source: string | undefined
  /** Files that could not be read, each with the reason. Told only when the daemon asks for a token. */
  readonly failures: readonly string[]
}

export type ReadFile = (path: string) => string

/** The bearer token for TCP: from APTORCH_TOKEN, the file APTORCH_TOKEN_FILE, or the home of a daemon. Never throws. */
export const findToken = (caller: Caller, readFile: ReadFile): FoundToken => {
  if (caller.env.APTORCH_TOKEN) return { token: caller.env.APTORCH_TOKEN, source: 'APTORCH_TOKEN', failures: [] }
  const failures: string[] = []
  for (const path of filesOf(caller)) {
    try {
      const token = readFile(path).trim()
      if (token !== '') return { token, source: path, failures }
      failures.push(`${path} is empty`)
    } catch (error) {
      failures.push(`${path} ${reason(error as NodeJS.ErrnoException)}`)
    }
  }
  return { token: undefined, source: undefined, failures }
}

const filesOf = (caller: Caller) => {
  const { APTORCH_TOKEN_FILE: file, APTORCH_HOME: home } = caller.env
  if (file) return [file]
  return (home ? [home] : [...new Set([defaultHome(caller), systemHome])]).map(tokenPath)
}

const reason = ({ code, message }: NodeJS.ErrnoException) => {
  if (code === 'ENOENT' || code === 'ENOTDIR') return 'is not there'
  return code === 'EACCES'
    ? "may not be read by you (it is root's and the group aptorch's)"
    : `can't be read: ${message}`
}
