import type { Waited } from '../output/waited.ts'
import type { Procedure } from './procedure.ts'

/** `wait`: one call, whose answer is shown by what was waited for. */
export const waiting: Procedure = {
  flags: {},
  fields: [],
  run: async (call, row, request) => {
    const { body, text } = await call(row, request)
    const waited: Waited = { ...(body as Waited), until: String(request.until ?? 'exited') }
    return { body: waited, text }
  },
}
