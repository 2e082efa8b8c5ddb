import { homedir } from 'node:os'
import process from 'node:process'
import { type ColorInfo, supportsColor, supportsColorStderr } from 'chalk'
import { paintFor } from './output/colours.ts'
import { run } from './run.ts'
import type { Stream } from './world.ts'

const { env, stdout, stderr } = process

const abort = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => abort.abort())

// `aptorch ps | head -1` is no error.
stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1))

run({
  args: process.argv.slice(2),
  cwd: process.cwd(),
  env,
  uid: process.getuid?.(),
  userHome: homedir(),
  stdout: toStream(stdout, supportsColor),
  stderr: toStream(stderr, supportsColorStderr),
  signal: abort.signal,
}).then((code) => {
  process.exitCode = code
})

function toStream(stream: NodeJS.WriteStream, colours: ColorInfo): Stream {
  const canBeDrawnOn = stream.isTTY && env.TERM !== 'dumb' && !('CI' in env)
  return {
    write: (text) => stream.write(text),
    columns: canBeDrawnOn ? stream.columns || undefined : undefined,
    paint: paintFor(colours, env),
  }
}
