/** What an answer says beside its result: warnings, and what holds later only. For standard error. */
export const notesIn = (body: unknown): string[] => {
  const { warnings, applied } = body as { warnings?: unknown; applied?: unknown }
  return [
    ...(Array.isArray(warnings) ? warnings.map((warning) => `warning: ${warning}`) : []),
    ...(applied === 'on_restart' ? ['this holds from the next restart of the container'] : []),
  ]
}
