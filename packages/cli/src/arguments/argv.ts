/** What yargs makes of a command line: by the name of a flag its values, under `_` the words, under `--` those behind it. */
export type Argv = Readonly<Record<string, unknown>>

/** The values of a flag in their order: yargs has one as it is and several as a list. */
export const textsOf = (value: unknown): string[] => (value === undefined ? [] : [value].flat().map(String))

/** Whether a flag without a value was given; of several the last counts. */
export const isSet = (value: unknown): boolean => textsOf(value).at(-1) === 'true'
