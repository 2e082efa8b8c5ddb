/** One of a container's two outputs. */
export type Stream = 'stdout' | 'stderr'

export const streams: readonly Stream[] = ['stdout', 'stderr']

// The log format of Kubernetes' CRI: `<RFC 3339 time with nanoseconds> <stream> <F or P> <text>\n`, F for a line (or the last
// part of one) and P for a part that goes on in the next entry of that stream.
// https://github.com/kubernetes/design-proposals-archive/blob/main/node/kubelet-cri-logging.md
// Ours all have times of one length, so each field has its place.
const timeLength = '2026-11-22T21:00:00.123456789Z'.length
const streamAt = timeLength + 1
const tagAt = streamAt + 'stdout '.length

/** Bytes before the text of an entry. */
export const headLength = tagAt + 2

/** The longest text of one entry in bytes; a longer line is several. */
export const textLimit = 16 * 1024

/** The longest entry in bytes, its newline included. */
export const entryLimit = headLength + textLimit + 1

export const newline = 10

const space = 32
const [full, part, letterZ, letterO] = [70, 80, 90, 111]

/** A moment as entries have it: nanoseconds in form, milliseconds in fact. */
export const stamp = (milliseconds: number): string => `${new Date(milliseconds).toISOString().slice(0, -1)}000000Z`

/** What stands before the text of an entry, up to the tag's place. */
export const headOf = (time: string, stream: Stream): Buffer => Buffer.from(`${time} ${stream}   `)

/** Makes a head one of a whole line or of a part of one. */
export const setTag = (head: Buffer, partial: boolean): void => {
  head[tagAt] = partial ? part : full
}

/** Whether these bytes, without their newline, are an entry: a machine's crash can leave others in the file. */
export const isEntry = (line: Buffer): boolean =>
  line.length >= headLength &&
  line[timeLength - 1] === letterZ &&
  line[timeLength] === space &&
  (line[tagAt] === full || line[tagAt] === part)

export const streamOf = (entry: Buffer): Stream => (entry[streamAt + 3] === letterO ? 'stdout' : 'stderr')

export const isPartial = (entry: Buffer): boolean => entry[tagAt] === part

export const timeOf = (entry: Buffer): string => entry.toString('latin1', 0, timeLength)

/** Negative, 0 or positive as an entry is earlier than a time in the form of `stamp`, at it or later. */
export const compareTime = (entry: Buffer, time: Buffer): number => entry.compare(time, 0, timeLength, 0, timeLength)

export const textOf = (entry: Buffer): Buffer => entry.subarray(headLength)

/** How many newlines there are. */
export const countLines = (bytes: Buffer): number => {
  let count = 0
  for (let at = bytes.indexOf(newline); at >= 0; at = bytes.indexOf(newline, at + 1)) count += 1
  return count
}
