import * as z from 'zod'
import {
  DeletedAnswer,
  DeletedDataAnswer,
  HealthAnswer,
  InfoAnswer,
  PauseAnswer,
  StartAnswer,
  StopAnswer,
  VolumeAnswer,
} from './answers.ts'
import { Container } from './container.ts'
import {
  EmptyRequest,
  ListRequest,
  NamedRequest,
  RemoveVolumeRequest,
  RestartRequest,
  StartRequest,
  StopRequest,
  UpdateRequest,
  VolumeRequest,
} from './requests.ts'

/** Version of the contract, not of a package. */
export const apiVersion = '1.0'

/**
 * One row a route. The daemon's routes, the typed client, the command line's subcommands and the documents follow from it.
 */
export interface Route {
  readonly method: 'GET' | 'POST'
  readonly path: `/${string}`
  /** Older paths that clients still use. */
  readonly aliases?: readonly `/${string}`[]
  readonly request: z.ZodObject
  readonly response: z.ZodObject | z.ZodArray<z.ZodObject>
  readonly success: 200 | 201
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
/** What a caller sends. */
export type RequestInput<Name extends RouteName> = z.input<Routes[Name]['request']>
/** What a handler is given: the request, checked. */
export type RequestOf<Name extends RouteName> = z.output<Routes[Name]['request']>
/** What a caller gets. */
export type ResponseOf<Name extends RouteName> = z.output<Routes[Name]['response']>

type WithoutStatus<Body> = Body extends readonly (infer Item)[] ? Omit<Item, 'status'>[] : Omit<Body, 'status'>
/** What a handler returns; the status is put in on the way out. */
export type AnswerOf<Name extends RouteName> = WithoutStatus<ResponseOf<Name>>

export const routeNames = Object.keys(routes) as RouteName[]
