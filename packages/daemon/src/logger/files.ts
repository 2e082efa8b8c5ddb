/** What the files of a log are called: `log` is written to, `log.1` was before it, and so on. */
export const fileName = (number: number): string => (number === 0 ? 'log' : `log.${number}`)

/** The number of a file of a log, undefined when its name is not one. */
export const numberOf = (name: string): number | undefined => {
  const found = name.match(/^log(?:\.([1-9]\d{0,5}))?$/)
  return found ? Number(found[1] ?? 0) : undefined
}
