/** What is said of an answer whatever is printed of it: warnings, and what holds later only. For standard error. */
export const notesIn = (body: unknown): string[] => {
  const { warnings, applied, container_name } = body as Readonly<Record<string, unknown>>
  return [
    ...(Array.isArray(warnings) ? warnings.map((warning) => `warning: ${warning}`) : []),
    ...(applied === 'on_restart'
      ? [`this holds from the next start on: aptorch restart ${container_name} (with --force while it runs)`]
      : []),
  ]
}
