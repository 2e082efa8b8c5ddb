import * as z from 'zod'
import { Timestamp } from './formats.ts'

/** The items of what is answered as a stream, a line of JSON each. */

const Stream = z.enum(['stdout', 'stderr'])

/** Bytes that are no UTF-8 come as base64. */
const bytes = { text: z.string().optional(), base64: z.string().optional() }

/** What a program printed, as it came, and at last how it ended. */
export const ExecItem = z
  .union([
    z.object({ stream: Stream, ...bytes }),
    z.object({
      exit_code: z.int(),
      timed_out: z.boolean().meta({ description: 'Whether it was ended because its time was up' }),
    }),
  ])
  .meta({ id: 'ExecItem' })
export type ExecItem = z.output<typeof ExecItem>

/** A line of output, without its newline. */
export const LogLine = z.object({
  time: z.string().meta({ description: 'RFC 3339 in UTC, with nanoseconds' }),
  stream: Stream,
  ...bytes,
  partial: z.literal(true).optional().meta({ description: 'Its end follows, or never came' }),
})

/** `missed` stands where output was rotated away before it could be read. */
export const LogItem = z.union([LogLine, z.object({ missed: z.literal(true) })]).meta({ id: 'LogItem' })
export type LogItem = z.output<typeof LogItem>

/** What a container uses; null where this host doesn't tell. Sizes are bytes. */
export const StatsItem = z
  .object({
    time: Timestamp,
    container_name: z.string(),
    cpu_percent: z.number().nullable().meta({ description: '100 is one processor' }),
    cpu_time_s: z.number().nullable(),
    memory: z.int().nullable().meta({ description: 'Without what the kernel can drop: its cache of files' }),
    memory_limit: z.int().nullable(),
    memory_percent: z.number().nullable().meta({ description: "Of its limit, else of the machine's" }),
    network_received: z.int().nullable().meta({ description: "Null in the host's own network" }),
    network_sent: z.int().nullable(),
    block_read: z.int().nullable(),
    block_written: z.int().nullable(),
    pids: z.int().nullable(),
    pids_limit: z.int().nullable(),
    source: z.enum(['cgroup', 'proc']).meta({ description: 'Its cgroup, or, where it has none, /proc' }),
  })
  .meta({ id: 'StatsItem' })
export type StatsItem = z.output<typeof StatsItem>

export const eventTypes = [
  'daemon_started',
  'created',
  'started',
  'stopped',
  'exited',
  'failed',
  'oom',
  'paused',
  'resumed',
  'restarting',
  'unknown',
  'updated',
  'health',
  'volume_added',
  'volume_removed',
  'image_made',
  'deleted',
  'data_deleted',
  'missed',
] as const
export const EventType = z.enum(eventTypes, { error: `one of ${eventTypes.join(', ')}` })
export type EventType = z.output<typeof EventType>

/** Something that happened. `missed` stands where the history doesn't reach back to what was asked for. */
export const EventItem = z
  .object({
    id: z
      .string()
      .regex(/^\d{1,15}$/)
      .meta({ description: 'A number that grows; `since` takes it' }),
    time: Timestamp,
    type: EventType,
    container_name: z.string().nullable(),
    image: z.string().nullable(),
    labels: z.record(z.string(), z.string()),
    details: z
      .record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]))
      .meta({ description: 'What there is to say beside, such as exit_code' }),
  })
  .meta({ id: 'EventItem' })
export type EventItem = z.output<typeof EventItem>
