import { Chalk, type ChalkInstance, type ColorInfo } from 'chalk'

/** chalk knows terminals and FORCE_COLOR, but not NO_COLOR (https://no-color.org), which only FORCE_COLOR overrules. */
export const paintFor = (supports: ColorInfo, env: Readonly<Record<string, string | undefined>>): ChalkInstance => {
  const unwanted = Boolean(env.NO_COLOR) && env.FORCE_COLOR === undefined
  return new Chalk({ level: supports && !unwanted ? supports.level : 0 })
}
