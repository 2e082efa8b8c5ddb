import { ApiError } from '@aptorch/shared'
import type { Procedure } from './procedure.ts'
import { rows } from './rows.ts'

/** `rm --force --data`: stops it first, as docker does, and removes its data when it is gone. */
export const removal: Procedure = {
  flags: {
    force: { short: 'f', describe: 'Stop it first when it is active' },
    data: { describe: 'Remove its data as well' },
  },
  fields: [],
  run: async (call, row, request, flags) => {
    if (flags.has('force')) await unless('not_running', call(rows.stop, request))
    const answered = await call(row, request)
    if (flags.has('data')) await unless('data_not_found', call(rows.deletecontdata, request))
    return answered
  },
}

/** What is so already needs nothing done. */
const unless = async (code: string, work: Promise<unknown>) => {
  try {
    await work
  } catch (error) {
    if (!(error instanceof ApiError && error.code === code)) throw error
  }
}
