import { type ApiError, apiError } from '@aptorch/shared'
import type { ExecOrder } from '../../engine.ts'
import { toolsInside } from '../arguments.ts'

/** Why a program never ran. */
export interface ExecFailure {
  /** What a shell would end with. */
  readonly code: 126 | 127
  /** For a person, in place of what the launchers printed. */
  readonly says: string
  /** For the caller, when it is not the program that is at fault. */
  readonly error: ApiError | null
}

/** How the one line begins that a launcher prints when it can't run the program: Apptainer, or one of our tools inside. */
export const failurePrefixes = ['FATAL:   ', 'setsid: ', 'setpriv: ', `${toolsInside}/`]

/**
 * Reads such a line, given the exit code that came with it; undefined for what no launcher ends with: the program itself
 * has printed it.
 */
export const readFailure = (line: string, exitCode: number, order: ExecOrder): ExecFailure | undefined => {
  const text = line.trim()
  const program = order.command[0] ?? ''
  const notFound: ExecFailure = { code: 127, says: `${program}: not found in the container`, error: null }
  const notRun = (reason: string): ExecFailure => ({ code: 126, says: `${program}: ${reason}`, error: null })
  const refused = (error: ApiError): ExecFailure => ({ code: 126, says: error.message, error })

  if (text.startsWith('FATAL:') && exitCode === 255) {
    const fatal = text.slice('FATAL:'.length).trim()
    if (fatal.includes(`${toolsInside}/`)) return refused(withoutTools(order.container))
    const [, unsuited] = fatal.match(/^failed to set working directory: chdir .*: (.*)$/) ?? []
    if (unsuited) return refused(wrongFolder(order.workingDir, unsuited))
    if (/: executable file not found in \$PATH$/.test(fatal)) return notFound
    if (/^stat .*: (no such file or directory|not a directory)$/.test(fatal)) return notFound
    if (/^(permission denied|is a directory)$/.test(fatal)) return notRun(fatal)
    if (/^exec .* failed: a shared library is likely missing/.test(fatal))
      return notRun('its interpreter or a library is missing in the container')
    const [, reason] = fatal.match(/^exec .* failed: (.*)$/) ?? []
    return reason ? notRun(reason) : refused(notStarted(order.container, fatal))
  }
  if (exitCode !== 126 && exitCode !== 127) return undefined
  if (order.user && /^setpriv: (setres.id|setgroups|initgroups)/.test(text)) return refused(wrongUser(order.user, text))
  if (text.startsWith(`${toolsInside}/`)) return refused(withoutTools(order.container))
  const [, tool, reason] = text.match(/^(setsid|setpriv): failed to execute .*: (.*)$/) ?? []
  if (!reason || !(tool === 'setsid' ? order.terminal : order.user)) return undefined
  return exitCode === 127 ? notFound : notRun(reason.toLowerCase())
}

/** The error of a program that could not be started, for a reason that is not its own. */
export const notStarted = (container: string, reason: string, cause?: unknown): ApiError =>
  apiError('exec_failed', `nothing could be run in ${container}: ${reason}`, cause)

const wrongFolder = (folder: string, reason: string) =>
  apiError('invalid_field', `working_dir: got "${folder}", want a folder of the container (${reason})`)

const wrongUser = ({ uid, gid }: { uid: number; gid: number }, said: string) =>
  apiError('invalid_field', `user: got ${uid}:${gid}, want ids that the container has (${said})`)

const withoutTools = (container: string) =>
  notStarted(container, 'it was started without the tools that this needs; restart it')
