import * as z from 'zod'
import { Container, ContainerState, Health, Status } from './container.ts'
import { StatsItem } from './items.ts'

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

export const ExecAnswer = z
  .object({
    status: Status,
    container_name: z.string(),
    exit_code: z
      .int()
      .meta({ description: '126: it may not be run; 127: there is no such program; 128 and more: a signal' }),
    stdout: z.string(),
    stderr: z.string(),
    truncated: z.boolean().meta({ description: 'Whether there was more output than is kept: 1 MiB of each stream' }),
    timed_out: z.boolean().meta({ description: 'Whether it was ended because its time was up' }),
  })
  .meta({ id: 'ExecAnswer' })

export const WaitAnswer = StopAnswer.extend({ health: Health.nullable() }).meta({ id: 'WaitAnswer' })

export const Stats = StatsItem.extend({ status: Status }).meta({ id: 'Stats' })

export const TopAnswer = z
  .object({
    status: Status,
    container_name: z.string(),
    processes: z.array(
      z.object({
        pid: z.int().meta({ description: 'On the host' }),
        inside_pid: z.int(),
        parent_pid: z.int().meta({ description: 'Inside; 0 for what was started from outside' }),
        user: z.string().meta({ description: 'Inside' }),
        state: z.string().meta({ description: 'As ps(1) has it: R, S, D, T, Z, …' }),
        cpu_time_s: z.number(),
        cpu_percent: z.number().meta({ description: 'Since its start; 100 is one processor' }),
        memory: z.int().meta({ description: 'Resident, in bytes' }),
        started_at: z.string(),
        command: z.string(),
      }),
    ),
  })
  .meta({ id: 'TopAnswer' })

export const StatAnswer = z
  .object({
    status: Status,
    container_name: z.string(),
    path: z.string(),
    name: z.string().meta({ description: 'The last part of the path' }),
    type: z.enum(['file', 'folder', 'link', 'other']),
    size: z.int(),
    mode: z.int().meta({ description: 'Permission bits, such as 420 for 0644' }),
    modified_at: z.string(),
    link_target: z.string().nullable().meta({ description: 'Where a link leads' }),
    target_type: z
      .enum(['file', 'folder', 'other', 'missing'])
      .nullable()
      .meta({ description: 'What a link leads to in the end' }),
  })
  .meta({ id: 'StatAnswer' })

export const WroteArchiveAnswer = z
  .object({ status: Status, container_name: z.string(), path: z.string() })
  .meta({ id: 'WroteArchiveAnswer' })

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
