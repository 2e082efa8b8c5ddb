import { ApiError, apiError } from '@aptorch/shared'

/** What a caller is told of anything that was thrown. */
export const toFailure = (error: unknown): ApiError => {
  if (error instanceof ApiError) return error
  const { code, message } = error as NodeJS.ErrnoException
  if (code === 'ENOSPC' || code === 'EDQUOT') return apiError('disk_full', `the disk is full: ${message}`, error)
  return apiError('internal', `something went wrong in the daemon: ${message}`, error)
}
