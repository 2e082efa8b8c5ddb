import type { ExecOrder, TerminalSize } from '../../engine.ts'
import { openTerminal } from '../../host/terminal/terminal.ts'
import { ExecFilter } from './filter.ts'
import { openInput } from './input.ts'
import { relay } from './output.ts'
import type { ExecStreams } from './streams.ts'

// What a person types to end the input: it goes to a program that reads lines as its end (termios(3), VEOF).
const endOfInput = '\x04'

// All goes through one more process, which may be held up.
const quietMs = 1000

export const openTerminalStreams = async (
  { account, process, user, stdin: wanted }: ExecOrder,
  { rows, columns }: TerminalSize,
  holder: readonly string[],
): Promise<ExecStreams> => {
  const owner = user ?? { uid: 0, gid: 0 }
  const terminal = await openTerminal({ account, process, rows, columns, owner, holder })
  const { slave, data } = terminal
  const filter = new ExecFilter()
  const output = relay(data, quietMs, filter)
  data.once('close', terminal.close)
  const stdin = openInput(data, {
    end: (done) => data.write(endOfInput, () => done()),
    abandon: () => undefined, // the output goes on
  })
  return {
    stdio: [slave, slave, slave],
    stdin: wanted ? stdin : null,
    stdout: output.stream,
    stderr: null,
    filter,
    resize: (size) => terminal.resize(size.rows, size.columns),
    hangUp: terminal.close,
    started: terminal.started,
    finish: output.finish,
    cut: output.cut,
    destroy: () => {
      terminal.started()
      terminal.close()
      output.stream.destroy()
    },
  }
}
