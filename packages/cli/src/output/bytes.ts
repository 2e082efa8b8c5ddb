/** What a container printed, as an item of a stream brings it: bytes that are no UTF-8 come as base64. */
export interface Printed {
  readonly text?: string | undefined
  readonly base64?: string | undefined
}

export const bytesOf = ({ text = '', base64 }: Printed): Buffer =>
  base64 === undefined ? Buffer.from(text) : Buffer.from(base64, 'base64')
