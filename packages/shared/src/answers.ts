import * as z from 'zod'
import { Container, ContainerState, Status } from './container.ts'

export const StartAnswer = Container.extend({
  warnings: z.array(z.string()).optional().meta({ description: 'What was taken but means nothing here' }),
}).meta({ id: 'StartAnswer' })

export const StopAnswer = z
  .object({
    status: Status,
    container_name: z.string(),
    container_active: z.boolean(),
    state: ContainerState,
    exit_code: z.int().nullable(),
  })
  .meta({ id: 'StopAnswer' })

export const PauseAnswer = z
  .object({ status: Status, container_name: z.string(), container_active: z.boolean(), state: ContainerState })
  .meta({ id: 'PauseAnswer' })

export const DeletedAnswer = z
  .object({
    status: Status,
    container_name: z.string(),
    data_path: z.string().meta({ description: 'Folder of its data, which stays' }),
  })
  .meta({ id: 'DeletedAnswer' })

export const DeletedDataAnswer = z
  .object({
    status: Status,
    container_name: z.string(),
    removed: z.array(z.string()).meta({ description: 'Folders that are gone' }),
  })
  .meta({ id: 'DeletedDataAnswer' })

export const VolumeAnswer = z
  .object({
    status: Status,
    container_name: z.string(),
    binds: z.record(z.string(), z.string()).meta({ description: 'All volumes now: host path to container path' }),
    applied: z.enum(['live', 'on_restart']).meta({ description: 'Whether it holds now or from the next restart' }),
  })
  .meta({ id: 'VolumeAnswer' })

export const HealthAnswer = z.object({ status: Status, healthy: z.literal(true) }).meta({ id: 'HealthAnswer' })

const Capability = z.object({
  available: z.boolean(),
  reason: z.string().meta({ description: 'Why, or why not and what to do' }),
})

export const capabilityNames = ['fakeroot', 'overlay', 'network', 'live_volumes', 'cgroups'] as const
export type CapabilityName = (typeof capabilityNames)[number]

export const InfoAnswer = z
  .object({
    status: Status,
    version: z.string().meta({ description: 'Version of the daemon' }),
    api_version: z.string(),
    engine: z.object({ name: z.string(), version: z.string(), path: z.string() }),
    account: z.object({ name: z.string(), uid: z.int(), gid: z.int() }).meta({ description: 'Runs the containers' }),
    home: z.string(),
    containers: z.object({ total: z.int(), active: z.int() }),
    capabilities: z.object(
      Object.fromEntries(capabilityNames.map((name) => [name, Capability])) as Record<
        CapabilityName,
        typeof Capability
      >,
    ),
  })
  .meta({ id: 'InfoAnswer' })
