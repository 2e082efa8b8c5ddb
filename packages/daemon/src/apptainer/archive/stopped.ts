import { closeSync } from 'node:fs'
import { Socket } from 'node:net'
import type { ContainerFiles, RunningExec } from '../../engine.ts'
import type { AccountFolders } from '../../home.ts'
import type { Account } from '../../host/account.ts'
import { killGroup } from '../../host/process.ts'
import { containerEnvironment } from '../arguments.ts'
import { openInput } from '../exec/input.ts'
import type { Pipe, Pipes } from '../exec/pipes.ts'
import type { GuestTools } from '../guest-tools/guest-tools.ts'
import type { Apptainer } from '../run.ts'
import { stoppedArguments } from './arguments.ts'

export interface StoppedDeps {
  readonly apptainer: Apptainer
  readonly tools: GuestTools
  readonly pipes: Pipes
  /** A folder with nothing in it. */
  readonly empty: string
  readonly foldersOf: (account: Account) => AccountFolders
}

/**
 * Runs one of the guest tools in a container that doesn't run: its image, data and volumes as they would be, none of its
 * own programs.
 */
export const createStoppedRunner =
  ({ apptainer, tools, pipes, empty, foldersOf }: StoppedDeps) =>
  async (
    files: ContainerFiles,
    command: readonly string[],
    environment: Readonly<Record<string, string>>,
  ): Promise<RunningExec> => {
    const opened: Pipe[] = []
    try {
      for (const theirs of ['reads', 'writes', 'writes'] as const) opened.push(await pipes.open(theirs))
      const [input, output, error] = opened as [Pipe, Pipe, Pipe]
      const started = await apptainer.start(stoppedArguments(files, { tools: tools.folder, empty }, command), {
        account: files.account,
        folders: foldersOf(files.account),
        cwd: files.data,
        environment: containerEnvironment(environment),
        stdio: [input.theirs, output.theirs, error.theirs],
      })
      let hasEnded = false
      const ended = started.exited.then((code) => {
        hasEnded = true
        return code
      })
      const target = new Socket({ fd: input.ours, readable: false, writable: true })
      return {
        stdin: openInput(target, { end: (done) => target.end(done), abandon: () => target.destroy() }),
        stdout: readFrom(output),
        stderr: readFrom(error),
        ended,
        resize: () => undefined,
        end: async () => {
          // Its group holds all of it: Apptainer's processes, and the first one of its process namespace.
          if (!hasEnded) killGroup(started.pid)
          await ended
          target.destroy()
        },
      }
    } catch (error) {
      for (const { ours } of opened) closeSync(ours)
      throw error
    } finally {
      for (const { theirs } of opened) closeSync(theirs)
    }
  }

const readFrom = ({ ours }: Pipe) => new Socket({ fd: ours, readable: true, writable: false })
