/** What the shell is told. 125 is docker's code for "the daemon can't be reached", 130 a shell's for an interrupt. */
export const exitCodes = {
  done: 0,
  refused: 1,
  usage: 2,
  notFound: 3,
  notAllowed: 4,
  unreachable: 125,
  interrupted: 130,
} as const

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]
