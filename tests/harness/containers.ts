import { join } from 'node:path'
import type { Container, RequestInput } from '../../packages/shared/src/index.ts'
import type { Daemon } from './daemon.ts'
import { processesOf } from './processes.ts'
import { until } from './until.ts'

/** A command that goes on until it is ended. */
export const forever = 'while :; do sleep 0.1; done'

/** Waits until a container is not active any more, and returns it. */
export const ended = (daemon: Daemon, name: string): Promise<Container> =>
  until(`${name} to end`, async () => {
    const container = await daemon.client.getcont({ container_name: name })
    return !container.container_active && container.state !== 'creating' && container
  })

/** Starts a container and waits until its command has ended; what the start answered and how it ended. */
export const runToEnd = async (daemon: Daemon, request: RequestInput<'start'> & { container_name: string }) => {
  const started = await daemon.client.start(request)
  return { started, ended: await ended(daemon, request.container_name) }
}

/** The states of all containers by name. */
export const statesOf = async (daemon: Daemon): Promise<Record<string, string>> =>
  Object.fromEntries((await daemon.client.getallcont({})).map(({ container_name, state }) => [container_name, state]))

/** All processes of one container: it sees the folder of its start, and nobody else does. */
export const processesIn = (daemon: Daemon, name: string): number[] =>
  processesOf(join(daemon.home, 'orchestrator', 'run', name))
