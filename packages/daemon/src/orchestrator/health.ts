import type { BoundHealthCheck, Health } from '@aptorch/shared'
import type { Exclusive } from '../exclusive.ts'
import type { ProcessIdentity } from '../host/process.ts'
import type { Log } from '../log.ts'
import type { ContainerRecord } from '../store/record.ts'
import type { Store } from '../store/store.ts'
import type { Execs } from './execs.ts'
import type { Lifecycle } from './lifecycle.ts'
import { keepHead } from './output.ts'

export interface HealthChecksDeps {
  readonly store: Store
  readonly execs: Execs
  readonly exclusive: Exclusive
  readonly lifecycle: Lifecycle
  readonly log: Log
}

/** What is known of one run of a container. Times are in milliseconds since 1970. */
interface Course {
  readonly process: ProcessIdentity
  nextAt: number
  failures: number
  isRunning: boolean
}

export interface Probe {
  readonly healthy: boolean
  readonly output: string
}

const outputLimit = 4096
const graceMs = 10_000
const spreadMs = 5000

/**
 * Runs the health checks of all containers that run, each in its own time. A daemon that comes later goes on where the one
 * before it was: what was found is in the record, and only the failures in a row are counted anew.
 */
export class HealthChecks {
  readonly #deps: HealthChecksDeps
  readonly #courses = new Map<string, Course>()

  constructor(deps: HealthChecksDeps) {
    this.#deps = deps
  }

  /** Begins what is due by now; to be called again and again. */
  round(now: number): void {
    const all = this.#deps.store.all()
    for (const name of this.#courses.keys()) if (!all.some((record) => record.name === name)) this.#courses.delete(name)
    for (const record of all) {
      const check = record.spec.health_check
      if (record.state !== 'running' || !record.process || !check) continue
      const course = this.#courseOf(record, record.process, check, now)
      if (course.isRunning || course.nextAt > now) continue
      course.isRunning = true
      this.#attend(record.name, check, course).catch((err: unknown) =>
        this.#deps.log.error({ event: 'health check failed', container: record.name, err }),
      )
    }
  }

  /** The one of this run; a restart begins a new one. */
  #courseOf({ name, health }: ContainerRecord, process: ProcessIdentity, check: BoundHealthCheck, now: number): Course {
    const known = this.#courses.get(name)
    if (known?.process.pid === process.pid && known.process.start_time === process.start_time) return known
    // A new one is looked at soon. After the daemon's own restart all are due: they are spread, not to come all at once.
    const soonMs = Math.min(check.interval_s * 1000, spreadMs)
    const firstMs = health === 'starting' ? Math.min(check.interval_s * 1000, 1000) : Math.random() * soonMs
    const course = { process, nextAt: now + firstMs, failures: 0, isRunning: false }
    this.#courses.set(name, course)
    return course
  }

  async #attend(name: string, check: BoundHealthCheck, course: Course) {
    try {
      const probe = await this.#probe(name, check)
      if (probe) await this.#deps.exclusive.run(name, () => this.#note(name, check, course, probe))
    } finally {
      course.isRunning = false
      course.nextAt = Date.now() + check.interval_s * 1000
    }
  }

  /** Undefined when the container doesn't run any more. */
  async #probe(name: string, { command, timeout_s }: BoundHealthCheck): Promise<Probe | undefined> {
    const { execs, store } = this.#deps
    const isRunning = () => store.get(name)?.state === 'running'
    if (!isRunning()) return undefined
    try {
      const { running, timedOut } = await execs.startFor({ container_name: name, command, timeout_s })
      const [out, err, code] = await Promise.all([
        keepHead(running.stdout, outputLimit),
        running.stderr ? keepHead(running.stderr, outputLimit) : { text: '' },
        running.ended,
      ])
      const output = `${out.text}${err.text}`.slice(0, outputLimit)
      return {
        healthy: code === 0 && !timedOut(),
        output: timedOut() ? `${output}[not over after ${timeout_s} s]` : output,
      }
    } catch (error) {
      return isRunning() ? { healthy: false, output: (error as Error).message } : undefined
    }
  }

  /** What a probe found, noted where it changes what is known. */
  async #note(name: string, check: BoundHealthCheck, course: Course, probe: Probe) {
    const { store, lifecycle } = this.#deps
    const record = store.get(name)
    if (record?.state !== 'running' || this.#courses.get(name) !== course) return
    const isEarly = record.health === 'starting' && Date.now() - startOf(record) < check.start_period_s * 1000
    course.failures = probe.healthy || isEarly ? 0 : course.failures + 1
    const health = healthAfter(record.health ?? 'starting', probe.healthy, course.failures, check.retries)
    const changed = health !== record.health
    // What is said by checks that go well changes all the time, and matters to nobody.
    if (!changed && (probe.healthy || record.health_output === probe.output)) return
    const noted = await lifecycle.save({ ...record, health, health_output: probe.output })
    if (changed && health === 'unhealthy' && check.on_unhealthy === 'restart') await lifecycle.replace(noted, graceMs)
  }
}

/** Healthy at the first success, unhealthy at so many failures in a row; in between it stays what it is. */
export const healthAfter = (before: Health, healthy: boolean, failures: number, retries: number): Health => {
  if (healthy) return 'healthy'
  return failures >= retries ? 'unhealthy' : before
}

const startOf = ({ started_at }: ContainerRecord) => Date.parse(started_at ?? '')
