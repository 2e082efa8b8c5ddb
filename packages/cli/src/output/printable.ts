/**
 * A text without control characters. What containers are named, labelled and run with is chosen by others, and must not
 * steer the terminal of who looks at them.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
export const printable = (text: string): string => text.replace(/[\u0000-\u001f\u007f-\u009f]/g, ' ')
