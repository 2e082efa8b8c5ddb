/** A value that can't be read. The message says what is wanted; who knows the flag adds its name and what came. */
export class BadValue extends Error {
  override readonly name = 'BadValue'
}
