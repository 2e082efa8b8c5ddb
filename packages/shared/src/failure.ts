import * as z from 'zod'

/** The body of every failure. */
export const Failure = z
  .object({
    status: z.int(),
    code: z.string().meta({ description: 'A stable word for programs' }),
    message: z.string().meta({ description: 'For a person: what is wrong, with which field, and what is wanted' }),
    fault: z.enum(['request', 'orchestrator']),
  })
  .meta({ id: 'Failure' })
export type Failure = z.output<typeof Failure>
