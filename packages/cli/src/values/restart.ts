import { BadValue } from './bad-value.ts'

/** Reads docker's `no`, `always`, `unless-stopped` and `on-failure[:TIMES]`. */
export const readRestartPolicy = (text: string): string => {
  if (!/^(no|always|unless-stopped|on-failure(:[1-9]\d{0,3})?)$/.test(text)) {
    throw new BadValue('no, always, unless-stopped, on-failure or on-failure:TIMES')
  }
  return text
}
