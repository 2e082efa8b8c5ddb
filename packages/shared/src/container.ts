import * as z from 'zod'
import { Network, Timestamp } from './formats.ts'
import { BoundHealthCheck, BoundPort, BoundVolume } from './parts.ts'

/**
 * `creating → running ⇄ paused`, `running → stopped | exited | failed`, back to `running` by a restart.
 * `unknown` stands where the truth could not be read: a failed look is never taken for "stopped".
 */
export const containerStates = ['creating', 'running', 'paused', 'stopped', 'exited', 'failed', 'unknown'] as const

export const ContainerState = z.enum(containerStates, { error: `one of ${containerStates.join(', ')}` })
export type ContainerState = z.output<typeof ContainerState>

export const Health = z.enum(['starting', 'healthy', 'unhealthy'])
export type Health = z.output<typeof Health>

/** The HTTP status, again in the body of every success. */
export const Status = z.int().meta({ description: 'The HTTP status again' })

/** A container as every route shows it. Times are RFC 3339 in UTC, sizes are bytes. */
export const Container = z
  .object({
    status: Status,
    container_name: z.string(),
    container_active: z.boolean().meta({ description: 'Whether it is running or paused' }),
    container_ip: z
      .string()
      .nullable()
      .meta({ description: 'Its address, while it is active; null without a network' }),
    container_image: z.string().meta({ description: 'Label of the image; names the folder of its data' }),
    image_distributor: z.string(),
    image_os: z.string(),
    image_version: z.string(),
    binds: z.record(z.string(), z.string()).meta({ description: 'Host path to container path' }),
    state: ContainerState,
    exit_code: z.int().nullable(),
    oom_killed: z.boolean().meta({ description: 'Whether it ended for want of memory' }),
    error: z.string().nullable(),
    created_at: Timestamp,
    started_at: Timestamp.nullable(),
    finished_at: Timestamp.nullable(),
    image: z.string(),
    volumes: z.array(BoundVolume),
    command: z.array(z.string()),
    environment: z.record(z.string(), z.string()),
    working_dir: z.string().nullable(),
    labels: z.record(z.string(), z.string()),
    user: z.string().meta({ description: 'Account of the host that it runs as' }),
    network: Network,
    ports: z.array(BoundPort),
    cpus: z.number().nullable(),
    memory: z.int().nullable(),
    pids: z.int().nullable(),
    gpu: z.string().nullable(),
    restart_policy: z.string(),
    restart_on_exit: z.boolean().meta({
      description: 'Whether it counts when the command ends: it was asked for; else only after the machine went down',
    }),
    restart_count: z
      .int()
      .meta({ description: 'How often it was started again by itself since the last start on request' }),
    next_restart_at: Timestamp.nullable().meta({ description: 'When it is started again by its restart policy' }),
    health: Health.nullable().meta({
      description: 'What its health check found; null without one, and while it is not active',
    }),
    health_check: BoundHealthCheck.nullable(),
    health_output: z.string().nullable().meta({ description: 'What the last run of its health check printed' }),
    pid: z.int().nullable().meta({ description: 'Process id, on the host, of the first process inside' }),
    data_path: z.string().meta({ description: 'Folder on the host with its data' }),
  })
  .meta({ id: 'Container' })
export type Container = z.output<typeof Container>
