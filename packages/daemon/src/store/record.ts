import { BoundHealthCheck, BoundPort, BoundVolume, ContainerState, Health, Network } from '@aptorch/shared'
import * as z from 'zod'
import { ProcessIdentity } from '../host/process.ts'

/** What a container was asked to be. It does not change by itself. */
export const ContainerSpec = z.object({
  image: z.string(),
  image_label: z.string(),
  image_distributor: z.string(),
  image_os: z.string(),
  image_version: z.string(),
  command: z.array(z.string()),
  volumes: z.array(BoundVolume),
  environment: z.record(z.string(), z.string()),
  working_dir: z.string().nullable(),
  labels: z.record(z.string(), z.string()),
  account: z.string(),
  // What records of version 0.1 lack has here the value that held then.
  network: Network.default('host'),
  ports: z.array(BoundPort).default([]),
  /** In processors. */
  cpus: z.number().nullable().default(null),
  /** In bytes. */
  memory: z.int().nullable().default(null),
  pids: z.int().nullable().default(null),
  gpu: z.enum(['nvidia', 'rocm']).nullable(),
  restart_policy: z.string(),
  /** Whether the policy was asked for, and so counts when the container ends; else only when the machine went down. */
  restart_on_exit: z.boolean().default(false),
  health_check: BoundHealthCheck.nullable().default(null),
})
export type ContainerSpec = z.output<typeof ContainerSpec>

/** Where a container is with its restart policy. */
export const RestartState = z.object({
  /** When it is started again; null while nothing waits for that. */
  at: z.string().nullable(),
  /** How long the last wait was, in seconds. */
  delay_s: z.number(),
  /** How often it was started again since it last ran for a while, or was started on request. */
  attempts: z.int(),
})
export type RestartState = z.output<typeof RestartState>

/** Nothing to be started again, and nothing tried. */
export const noRestart: RestartState = { at: null, delay_s: 0, attempts: 0 }

/** All that is kept of a container. */
export const ContainerRecord = z.object({
  name: z.string(),
  spec: ContainerSpec,
  state: ContainerState,
  exit_code: z.int().nullable(),
  oom_killed: z.boolean().default(false),
  error: z.string().nullable(),
  created_at: z.string(),
  started_at: z.string().nullable(),
  finished_at: z.string().nullable(),
  restart_count: z.int(),
  restart: RestartState.default(noRestart),
  health: Health.nullable().default(null),
  health_output: z.string().nullable().default(null),
  /** The image's folder in the cache. A restart takes the same one: the overlay fits no other. */
  image_key: z.string(),
  /** Which boot of the machine it last ran or was being made in. */
  boot_id: z.string(),
  /** The first process inside, as the host sees it. */
  process: ProcessIdentity.nullable(),
  /** Where it is reached; null without a network, and while it is not active. */
  address: z.string().nullable().default(null),
})
export type ContainerRecord = z.output<typeof ContainerRecord>
