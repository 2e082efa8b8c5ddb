/** What the shell is told. What runs a program in a container hands on that program's own code instead. */
export const exitCodes = {
  done: 0,
  refused: 1,
  usage: 2,
  notFound: 3,
  notAllowed: 4,
  /** docker's: no daemon was reached, or no program was run, for a reason of ours. */
  unreachable: 125,
  /** A shell's, for an interrupt. */
  interrupted: 130,
} as const

/** From 0 to 255. */
export type ExitCode = number
