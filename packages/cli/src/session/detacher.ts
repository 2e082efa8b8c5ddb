export interface Detacher {
  /** What of these bytes goes to the program, and whether the keys were pressed. */
  readonly pass: (typed: Uint8Array) => { readonly passed: Uint8Array; readonly left: boolean }
}

/**
 * Looks for a sequence of keys in what is typed. The first of them are held back until it is clear that the rest doesn't
 * follow, as docker does. No keys are never found.
 */
export const createDetacher = (keys: Uint8Array): Detacher => {
  let matched = 0
  return {
    pass: (typed) => {
      if (keys.length === 0) return { passed: typed, left: false }
      const passed: number[] = []
      for (const byte of typed) {
        if (byte === keys[matched]) {
          matched += 1
          if (matched === keys.length) return { passed: Uint8Array.from(passed), left: true }
          continue
        }
        passed.push(...keys.subarray(0, matched))
        matched = 0
        if (keys.length > 1 && byte === keys[0]) matched = 1
        else passed.push(byte)
      }
      return { passed: Uint8Array.from(passed), left: false }
    },
  }
}
