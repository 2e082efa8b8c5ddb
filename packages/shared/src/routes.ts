import * as z from 'zod'
import {
  DeletedAnswer,
  DeletedDataAnswer,
  ExecAnswer,
  HealthAnswer,
  InfoAnswer,
  PauseAnswer,
  StartAnswer,
  StatAnswer,
  Stats,
  StopAnswer,
  TopAnswer,
  VolumeAnswer,
  WaitAnswer,
  WroteArchiveAnswer,
} from './answers.ts'
import { Container } from './container.ts'
import { EventItem, ExecItem, LogItem, StatsItem } from './items.ts'
import {
  EmptyRequest,
  EventsRequest,
  ExecRequest,
  ListRequest,
  LogsRequest,
  NamedRequest,
  PathRequest,
  ReadArchiveRequest,
  RemoveVolumeRequest,
  RestartRequest,
  StartRequest,
  StatsRequest,
  StopRequest,
  TerminalRequest,
  UpdateRequest,
  VolumeRequest,
  WaitRequest,
} from './requests.ts'

/** Version of the contract, not of a package. */
export const apiVersion = '1.0'

export type Method = 'GET' | 'POST' | 'PUT'

/**
 * One row a route. The daemon's routes, the typed client, the command line's subcommands and the documents follow from it.
 */
export interface Route {
  readonly method: Method
  readonly path: `/${string}`
  /** Older paths that clients still use. */
  readonly aliases?: readonly `/${string}`[]
  readonly request: z.ZodObject
  /** The JSON that it answers with. */
  readonly response?: z.ZodObject | z.ZodArray<z.ZodObject>
  /** An item of the stream that it answers with: always where there is no `response`, else to those who accept NDJSON. */
  readonly stream?: z.ZodObject | z.ZodUnion
  /** It answers with a tar archive. */
  readonly download?: true
  /** It takes a tar archive as its body; what it is asked for comes as query parameters. */
  readonly upload?: true
  /** It is a WebSocket: see `channels`. */
  readonly socket?: true
  readonly success: 200 | 201 | 101
  readonly summary: string
  /** Further names of the subcommand; the first is the one that help and documents show. A space nests it: "volume add". */
  readonly commands?: readonly string[]
  /** Answers without a token. */
  readonly open?: true
}

const defineRoutes = <const Table extends Record<string, Route>>(table: Table) => table

export const routes = defineRoutes({
  start: {
    method: 'POST',
    path: '/start',
    commands: ['start', 'run'],
    request: StartRequest,
    response: StartAnswer,
    success: 201,
    summary: 'Start a container from an image',
  },
  stop: {
    method: 'POST',
    path: '/stop',
    request: StopRequest,
    response: StopAnswer,
    success: 200,
    summary: 'Stop a running container; its data stays',
  },
  restart: {
    method: 'POST',
    path: '/restart',
    request: RestartRequest,
    response: StartAnswer,
    success: 200,
    summary: 'Start a stopped container again, with its data',
  },
  pause: {
    method: 'POST',
    path: '/pause',
    request: NamedRequest,
    response: PauseAnswer,
    success: 200,
    summary: 'Freeze all processes of a running container',
  },
  resume: {
    method: 'POST',
    path: '/resume',
    aliases: ['/unpause'],
    commands: ['resume', 'unpause'],
    request: NamedRequest,
    response: PauseAnswer,
    success: 200,
    summary: 'Let a paused container go on',
  },
  update: {
    method: 'POST',
    path: '/update',
    request: UpdateRequest,
    response: Container,
    success: 200,
    summary: 'Change the limits of a container, while it runs too',
  },
  getcont: {
    method: 'GET',
    path: '/getcont',
    commands: ['inspect'],
    request: NamedRequest,
    response: Container,
    success: 200,
    summary: 'Show one container',
  },
  getallcont: {
    method: 'GET',
    path: '/getallcont',
    commands: ['ps', 'ls', 'list'],
    request: ListRequest,
    response: z.array(Container),
    success: 200,
    summary: 'List the containers',
  },
  deletecont: {
    method: 'POST',
    path: '/deletecont',
    commands: ['rm', 'delete'],
    request: NamedRequest,
    response: DeletedAnswer,
    success: 200,
    summary: 'Forget a container that is not active; its data stays',
  },
  deletecontdata: {
    method: 'POST',
    path: '/deletecontdata',
    commands: ['rmdata'],
    request: NamedRequest,
    response: DeletedDataAnswer,
    success: 200,
    summary: 'Remove the data of a container deleted before',
  },
  createvolume: {
    method: 'POST',
    path: '/createvolume',
    commands: ['volume add'],
    request: VolumeRequest,
    response: VolumeAnswer,
    success: 200,
    summary: 'Bind a folder or file of the host into a container, while it runs too',
  },
  removevolume: {
    method: 'POST',
    path: '/removevolume',
    aliases: ['/deletevolume'],
    commands: ['volume rm', 'deletevolume'],
    request: RemoveVolumeRequest,
    response: VolumeAnswer,
    success: 200,
    summary: 'Take a bound folder or file out of a container, while it runs too',
  },
  exec: {
    method: 'POST',
    path: '/exec',
    request: ExecRequest,
    response: ExecAnswer,
    stream: ExecItem,
    success: 200,
    summary: 'Run a program in a container that runs',
  },
  terminal: {
    method: 'GET',
    path: '/terminal',
    commands: ['shell', 'terminal'],
    request: TerminalRequest,
    socket: true,
    success: 101,
    summary: 'Open a terminal in a container that runs',
  },
  logs: {
    method: 'GET',
    path: '/logs',
    request: LogsRequest,
    stream: LogItem,
    success: 200,
    summary: "Show what a container's command printed",
  },
  stats: {
    method: 'GET',
    path: '/stats',
    request: StatsRequest,
    response: z.array(Stats),
    stream: StatsItem,
    success: 200,
    summary: 'Show what containers use of the machine',
  },
  top: {
    method: 'GET',
    path: '/top',
    request: NamedRequest,
    response: TopAnswer,
    success: 200,
    summary: 'List the processes of a container',
  },
  events: {
    method: 'GET',
    path: '/events',
    request: EventsRequest,
    stream: EventItem,
    success: 200,
    summary: 'Show what happens, as it happens',
  },
  wait: {
    method: 'GET',
    path: '/wait',
    request: WaitRequest,
    response: WaitAnswer,
    success: 200,
    summary: 'Wait until a container has ended, runs or is healthy',
  },
  stat: {
    method: 'GET',
    path: '/stat',
    request: PathRequest,
    response: StatAnswer,
    success: 200,
    summary: 'Say what is at a path in a container',
  },
  readarchive: {
    method: 'GET',
    path: '/archive',
    request: ReadArchiveRequest,
    download: true,
    success: 200,
    summary: 'Read a file or folder of a container, as a tar archive',
  },
  writearchive: {
    method: 'PUT',
    path: '/archive',
    request: PathRequest,
    upload: true,
    response: WroteArchiveAnswer,
    success: 200,
    summary: 'Unpack a tar archive in a folder of a container',
  },
  health: {
    method: 'GET',
    path: '/health',
    request: EmptyRequest,
    response: HealthAnswer,
    success: 200,
    summary: 'Say that the daemon lives',
    open: true,
  },
  info: {
    method: 'GET',
    path: '/info',
    request: EmptyRequest,
    response: InfoAnswer,
    success: 200,
    summary: 'Show versions, account and what this host can do',
  },
})

export type Routes = typeof routes
export type RouteName = keyof Routes
/** The routes whose rows have something. */
export type RouteWith<Part> = { [Name in RouteName]: Routes[Name] extends Part ? Name : never }[RouteName]
export type JsonRoute = RouteWith<{ response: z.ZodType }>
export type StreamRoute = RouteWith<{ stream: z.ZodType }>

/** What a caller sends. */
export type RequestInput<Name extends RouteName> = z.input<Routes[Name]['request']>
/** What a handler is given: the request, checked. */
export type RequestOf<Name extends RouteName> = z.output<Routes[Name]['request']>
/** What a caller gets. */
export type ResponseOf<Name extends JsonRoute> = z.output<Routes[Name]['response']>
/** What a caller gets of a stream, one after the other. */
export type ItemOf<Name extends StreamRoute> = z.output<Routes[Name]['stream']>

type WithoutStatus<Body> = Body extends readonly (infer Item)[] ? Omit<Item, 'status'>[] : Omit<Body, 'status'>
/** What a handler returns; the status is put in on the way out. */
export type AnswerOf<Name extends JsonRoute> = WithoutStatus<ResponseOf<Name>>

export const routeNames = Object.keys(routes) as RouteName[]
