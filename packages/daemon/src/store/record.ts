import { BoundPort, BoundVolume, ContainerState, Network } from '@aptorch/shared'
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
})
export type ContainerSpec = z.output<typeof ContainerSpec>

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
