import * as z from 'zod'
import { ContainerState } from './container.ts'
import {
  AccountName,
  Command,
  ContainerName,
  ContainerNames,
  CpusOrNone,
  Environment,
  Gpu,
  HostPath,
  ImageLabel,
  Labels,
  MemoryOrNone,
  Moment,
  Network,
  PathInside,
  PidsOrNone,
  RestartPolicy,
  Seconds,
  UserInside,
  WorkingDir,
} from './formats.ts'
import { EventType } from './items.ts'
import { HealthCheck, Port, Volume } from './parts.ts'

const text = (wanted: string) =>
  z
    .string({ error: wanted })
    .min(1, { error: wanted })
    .max(4096, { error: `${wanted} of at most 4,096 characters` })
const flag = z.boolean({ error: 'true or false' })
const whole = (wanted: string, least: number) => z.int({ error: wanted }).min(least, { error: wanted })

export const NamedRequest = z.strictObject({ container_name: ContainerName })

export const StartRequest = z
  .strictObject({
    container_name: ContainerName.optional().meta({ description: 'Name of the container; made up when left out' }),
    image: text('the address or path of an image')
      .optional()
      .meta({ description: 'docker://…, oras://…, docker-archive:…, a SIF, a sandbox folder or a definition file' }),
    image_distributor: text('the kind of source, such as "docker"')
      .optional()
      .meta({ description: 'Older form of image: where it comes from, such as docker or library' }),
    image_os: text('a name such as "ubuntu"').optional().meta({ description: 'Older form of image: its name' }),
    image_version: text('a version such as "22.04"').optional().meta({ description: 'Older form of image: its tag' }),
    container_image: ImageLabel.optional().meta({ description: 'Label for the image; names the folder of the data' }),
    container_command: z
      .array(
        z
          .string({ error: 'a shell line' })
          .refine((line) => !line.includes('\0'), { error: 'a line without NUL characters' }),
        {
          error: 'a list of shell lines, such as ["sleep 5"]',
        },
      )
      .optional()
      .meta({
        description:
          'Shell lines, such as ["cd /srv", "exec ./serve"], run at the start; without them the image\'s start script runs, and the container idles until it is stopped',
      }),
    volume_name: HostPath.optional().meta({ description: 'Folder of the host bound to /home/nextpyter' }),
    binds: z
      .record(HostPath, Volume.shape.container_location, { error: 'an object of host paths to container paths' })
      .optional()
      .meta({ description: 'Folders and files of the host to bind: host path to container path' }),
    volumes: z
      .array(Volume, { error: 'a list of volumes' })
      .max(100, { error: 'at most 100 volumes' })
      .optional()
      .meta({ description: 'Folders and files of the host to bind' }),
    environment: Environment.optional().meta({ description: 'Environment variables' }),
    enviroment: Environment.optional().meta({ description: 'Older spelling of environment' }),
    working_dir: WorkingDir.optional().meta({ description: 'Working directory of the command' }),
    labels: Labels.optional().meta({ description: 'Labels, for filters' }),
    user: AccountName.optional().meta({
      description: 'Account of the host to run as, where the configuration allows it',
    }),
    network: Network.optional().meta({
      description:
        "bridge: a network address of its own; host: the machine's own network; none: loopback only (bridge as root, else host)",
    }),
    ports: z
      .array(Port, { error: 'a list of ports' })
      .max(100, { error: 'at most 100 ports' })
      .optional()
      .meta({ description: 'Ports of the host that lead to ports of the container; for network bridge' }),
    cpus: CpusOrNone.optional().meta({ description: 'Processors it may use, such as 1.5; 0 for no limit' }),
    memory: MemoryOrNone.optional().meta({
      description: 'Memory it may use, in bytes; beyond that it is killed; 0 for no limit',
    }),
    pids: PidsOrNone.optional().meta({ description: 'Processes and threads it may have; 0 for no limit' }),
    gpu: Gpu.optional().meta({ description: 'Graphics processors to pass on' }),
    restart_policy: RestartPolicy.optional().meta({
      description:
        'When it starts again by itself: no, on-failure[:TIMES], always or unless-stopped. Without it: after the machine went down, not when its command ends',
    }),
    health: HealthCheck.optional().meta({ description: 'How it is found out whether it does well' }),
    group_add: z.unknown().optional().meta({ description: 'Means nothing here; taken for older clients' }),
  })
  .meta({ id: 'StartRequest' })
export type StartRequest = z.output<typeof StartRequest>

export const StopRequest = NamedRequest.extend({
  timeout_s: z
    .number({ error: 'a number of seconds' })
    .min(0, { error: 'a number of seconds from 0 to 3600' })
    .max(3600, { error: 'a number of seconds from 0 to 3600' })
    .optional()
    .meta({ description: 'Seconds between SIGTERM and SIGKILL (10)' }),
})

export const RestartRequest = NamedRequest.extend({
  force: flag.optional().meta({ description: 'Stop it first when it runs' }),
})

/** 0 takes a limit away; what is left out stays. */
export const UpdateRequest = NamedRequest.extend({
  cpus: CpusOrNone.optional().meta({ description: 'Processors it may use, such as 1.5; 0 for no limit' }),
  memory: MemoryOrNone.optional().meta({ description: 'Memory it may use, in bytes; 0 for no limit' }),
  pids: PidsOrNone.optional().meta({ description: 'Processes and threads it may have; 0 for no limit' }),
})
export type UpdateRequest = z.output<typeof UpdateRequest>

export const containerSorts = ['container_name', 'created_at', 'started_at', 'state', 'image'] as const

export const ListRequest = z.strictObject({
  limit: whole('a whole number from 1', 1)
    .max(10_000, { error: 'at most 10000' })
    .optional()
    .meta({ description: 'How many at the most' }),
  offset: whole('a whole number from 0', 0).optional().meta({ description: 'How many to pass over' }),
  state: ContainerState.optional().meta({ description: 'Only those in this state' }),
  label: z
    .array(text('NAME or NAME=VALUE'), { error: 'a list of NAME or NAME=VALUE' })
    .optional()
    .meta({ description: 'Only those with this label (NAME or NAME=VALUE)' }),
  sort: z
    .enum([...containerSorts, ...containerSorts.map((name) => `-${name}` as const)], {
      error: `one of ${containerSorts.join(', ')}, with "-" before it for the reverse`,
    })
    .optional()
    .meta({ description: 'Order, "-" before it for the reverse (created_at)' }),
})
export type ListRequest = z.output<typeof ListRequest>

export const VolumeRequest = NamedRequest.extend(Volume.shape)
export type VolumeRequest = z.output<typeof VolumeRequest>

/** The container's side alone says which volume goes; the host's side, when given, must be the one that is bound there. */
export const RemoveVolumeRequest = VolumeRequest.omit({ chown: true })
  .partial({ host_location: true })
  .extend({ force: flag.optional().meta({ description: 'Take it away also while it is in use' }) })
export type RemoveVolumeRequest = z.output<typeof RemoveVolumeRequest>

export const EmptyRequest = z.strictObject({})

const execution = {
  environment: Environment.optional().meta({ description: "Environment variables, over the container's" }),
  working_dir: WorkingDir.optional().meta({ description: "Working directory (the container's)" }),
  user: UserInside.optional().meta({ description: 'User inside: USER or USER:GROUP, by name or number (root)' }),
}

export const ExecRequest = NamedRequest.extend({
  command: Command.meta({ description: 'The program and its arguments, or a line for the shell' }),
  ...execution,
  stdin: z.string({ error: 'a text' }).optional().meta({ description: 'What it reads from standard input' }),
  timeout_s: Seconds(0.1, 86_400).optional().meta({ description: 'Ends it after so many seconds' }),
})
export type ExecRequest = z.output<typeof ExecRequest>

const screenSize = (wanted: string) => whole(wanted, 1).max(10_000, { error: wanted })

export const TerminalRequest = NamedRequest.extend({
  command: Command.optional().meta({ description: 'The program and its arguments (a shell)' }),
  ...execution,
  tty: flag
    .optional()
    .meta({ description: 'Whether it runs in a terminal (true); without, standard error is a stream of its own' }),
  stdin: flag.optional().meta({ description: 'Whether it gets a standard input (true)' }),
  rows: screenSize('a number of rows').optional().meta({ description: 'Height of the terminal (24)' }),
  columns: screenSize('a number of columns').optional().meta({ description: 'Width of the terminal (80)' }),
})
export type TerminalRequest = z.output<typeof TerminalRequest>

export const LogsRequest = NamedRequest.extend({
  tail: whole('a whole number from 0', 0).optional().meta({ description: 'Only so many of the last lines' }),
  since: Moment.optional().meta({ description: 'Only lines from then on: a time, or how long ago, such as 10m' }),
  until: Moment.optional().meta({ description: 'Only lines before then' }),
  timestamps: flag.optional().meta({ description: 'In text: the time before each line' }),
  follow: flag.optional().meta({ description: 'Go on with what comes, until the container ends' }),
  stream: z
    .enum(['stdout', 'stderr'], { error: '"stdout" or "stderr"' })
    .optional()
    .meta({ description: 'Only one of the two' }),
})
export type LogsRequest = z.output<typeof LogsRequest>

export const StatsRequest = z.strictObject({
  container_name: ContainerNames.optional().meta({
    description: 'Names of the containers; all that are active without',
  }),
  interval_s: Seconds(0.1, 3600).optional().meta({ description: 'In a stream: how often (1)' }),
})
export type StatsRequest = z.output<typeof StatsRequest>

export const EventsRequest = z.strictObject({
  container_name: ContainerNames.optional().meta({ description: 'Only what happens to these containers' }),
  type: z
    .union([EventType, z.array(EventType)], { error: 'a type of event, or a list of them' })
    .optional()
    .meta({ description: 'Only events of these types' }),
  label: z
    .array(text('NAME or NAME=VALUE'), { error: 'a list of NAME or NAME=VALUE' })
    .optional()
    .meta({ description: 'Only containers with this label (NAME or NAME=VALUE)' }),
  since: z
    .union([z.string().regex(/^\d{1,15}$/), Moment], {
      error: 'the id of an event, or a time, or how long ago, such as 10m',
    })
    .optional()
    .meta({ description: 'Also what happened after this event, by its id, or since a time' }),
  follow: flag.optional().meta({ description: 'Whether it goes on with what comes (true)' }),
})
export type EventsRequest = z.output<typeof EventsRequest>

export const WaitRequest = NamedRequest.extend({
  until: z
    .enum(['exited', 'running', 'healthy'], { error: '"exited", "running" or "healthy"' })
    .optional()
    .meta({ description: 'What is waited for (exited: it is not active any more)' }),
  timeout_s: Seconds(0, 86_400).optional().meta({ description: 'For so many seconds at the most' }),
})
export type WaitRequest = z.output<typeof WaitRequest>

export const PathRequest = NamedRequest.extend({
  path: PathInside.meta({ description: 'Path in the container' }),
})
export type PathRequest = z.output<typeof PathRequest>

export const ReadArchiveRequest = PathRequest.extend({
  follow_link: flag.optional().meta({ description: 'When the path is a link: what it leads to, not the link itself' }),
})
export type ReadArchiveRequest = z.output<typeof ReadArchiveRequest>
