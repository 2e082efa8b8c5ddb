import { homedir } from 'node:os'
import process from 'node:process'
import { type ColorInfo, supportsColor, supportsColorStderr } from 'chalk'
import { paintFor } from './output/colours.ts'
import { run } from './run.ts'
import type { Input, Stream, Terminal } from './world.ts'

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
  stdin: openStdin,
  stdout: toStream(stdout, supportsColor),
  stderr: toStream(stderr, supportsColorStderr),
  signal: abort.signal,
}).then((code) => {
  process.exitCode = code
})

function toStream(stream: NodeJS.WriteStream, colours: ColorInfo): Stream {
  const canBeDrawnOn = stream.isTTY && env.TERM !== 'dumb' && !('CI' in env)
  return {
    write: (chunk) => stream.write(chunk),
    drained: async () => {
      const { once } = process.getBuiltinModule('node:events')
      await once(stream, 'drain', { signal: abort.signal })
    },
    get columns() {
      return canBeDrawnOn ? stream.columns || undefined : undefined
    },
    get rows() {
      return canBeDrawnOn ? stream.rows || undefined : undefined
    },
    paint: paintFor(colours, env),
    isTerminal: stream.isTTY,
  }
}

// Opening it takes its time, and most subcommands have no use for it.
function openStdin(): Input {
  const { stdin } = process
  return {
    chunks: stdin,
    terminal: stdin.isTTY ? toTerminal(stdin) : undefined,
    close: () => stdin.destroy(),
  }
}

function toTerminal(stdin: NodeJS.ReadStream): Terminal {
  const screen = [stdout, stderr].find(({ isTTY }) => isTTY)
  return {
    size: () => ({ rows: screen?.rows || 24, columns: screen?.columns || 80 }),
    onResize: (listener) => {
      screen?.on('resize', listener)
      return () => screen?.off('resize', listener)
    },
    setRaw: (raw) => {
      // Node gives the terminal back as it was at every end of the process, however it comes.
      stdin.setRawMode(raw)
      // Node's raw mode still makes CR LF of every LF, which spoils the pictures of full-screen programs.
      if (raw) process.getBuiltinModule('node:child_process').spawnSync('stty', ['-opost'], { stdio: 'inherit' })
    },
  }
}
