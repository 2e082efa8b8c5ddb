import { apiError, type ErrorCode } from '@aptorch/shared'
import type { ContainerFiles } from '../../engine.ts'

/** What a program in a container was to do, and how it ended. */
export interface ProgramEnd {
  readonly code: number
  /** Complaints that count, each a line. */
  readonly complaints: readonly string[]
}

const causes: readonly { readonly pattern: RegExp; readonly code: ErrorCode; readonly says: string }[] = [
  // GNU tar has the first form when only a part of a block fitted.
  { pattern: /Wrote only|No space left|quota exceeded/, code: 'disk_full', says: 'the disk is full' },
  { pattern: /Read-only file system/, code: 'invalid_field', says: 'it is on a read-only volume' },
  { pattern: /Not a directory/, code: 'invalid_field', says: 'it is not a folder, or a part of it is none' },
  { pattern: /File exists|Is a directory/, code: 'invalid_field', says: 'a folder is in the place of a file' },
  { pattern: /File name too long|Too many levels/, code: 'invalid_field', says: 'it leads nowhere' },
  { pattern: /Permission denied|not permitted/, code: 'invalid_field', says: "the container's root may not do that" },
  { pattern: /Archive is compressed/, code: 'invalid_field', says: 'want an archive that is not compressed' },
  { pattern: /Unexpected EOF|does not look like a tar/, code: 'invalid_field', says: 'the archive is incomplete' },
  { pattern: /No such file or directory/, code: 'path_not_found', says: 'there is no such path' },
]

/** The error of a program that ended badly while it worked at a path: the first of its complaints is what it failed at. */
export const archiveFailure = ({ container }: ContainerFiles, path: string, { code, complaints }: ProgramEnd) => {
  const where = `path: "${path}" in ${container}`
  const [first = ''] = complaints
  const cause = causes.find(({ pattern }) => pattern.test(first))
  const detail = complaints.join('; ')
  if (cause) return apiError(cause.code, `${where}: ${cause.says} (${detail})`)
  return apiError('archive_failed', `${where}: ${detail || `the program for it ended with ${code}`}`)
}
