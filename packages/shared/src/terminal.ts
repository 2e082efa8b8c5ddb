/**
 * The messages of `/terminal`, a WebSocket with this subprotocol: binary, the first byte says what the rest is, as in the
 * Kubernetes protocol `v5.channel.k8s.io` (k8s.io/apimachinery, pkg/util/remotecommand), whose numbers these are.
 */
export const terminalProtocol = 'v1.aptorch'

export const channels = {
  /** To the program. */
  stdin: 0,
  /** From the program; all that it prints when it has a terminal. */
  stdout: 1,
  stderr: 2,
  /** JSON, the last message: `{ "exit_code": 0 }`, or a failure as every route answers it. */
  status: 3,
  /** JSON, to the terminal: `{ "rows": 24, "columns": 80 }`. */
  resize: 4,
  /** Ends the stream whose number is the second byte: standard input is all that can be ended. */
  close: 255,
} as const

/** A message: its channel and what it carries. */
export const toMessage = (channel: number, data: Uint8Array | string): Buffer => {
  const body = typeof data === 'string' ? Buffer.from(data) : data
  const message = Buffer.allocUnsafe(body.length + 1)
  message[0] = channel
  message.set(body, 1)
  return message
}

export const fromMessage = (message: Buffer): { readonly channel: number | undefined; readonly data: Buffer } => ({
  channel: message[0],
  data: message.subarray(1),
})
