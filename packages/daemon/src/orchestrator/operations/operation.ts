import type { AnswerOf, JsonRoute, RequestOf } from '@aptorch/shared'
import type { Engine } from '../../engine.ts'
import type { Events } from '../../events/events.ts'
import type { Home } from '../../home.ts'
import type { Meter } from '../../host/usage/meter.ts'
import type { ImageCache } from '../../images/cache.ts'
import type { Log } from '../../log.ts'
import type { Logs } from '../../logs/logs.ts'
import type { Store } from '../../store/store.ts'
import type { Accounts } from '../accounts.ts'
import type { Confinement } from '../confinement.ts'
import type { Execs } from '../execs.ts'
import type { Gate } from '../gate.ts'
import type { Lifecycle } from '../lifecycle.ts'
import type { LiveVolumes } from '../live-volumes.ts'
import type { StartDefaults } from '../start-request.ts'
import type { Volumes } from '../volumes.ts'

export interface OperationDeps {
  readonly home: Home
  readonly store: Store
  readonly engine: Engine
  readonly images: ImageCache
  readonly accounts: Accounts
  readonly gate: Gate
  readonly lifecycle: Lifecycle
  readonly confinement: Confinement
  readonly volumes: Volumes
  readonly liveVolumes: LiveVolumes
  readonly execs: Execs
  readonly logs: Logs
  readonly events: Events
  readonly meter: Meter
  readonly defaults: StartDefaults
  readonly log: Log
}

/** A route's work, without HTTP: it checks, acts, saves and only then answers. */
export type Operation<Name extends JsonRoute> = (request: RequestOf<Name>) => Promise<AnswerOf<Name>>
