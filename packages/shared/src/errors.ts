import type { Failure } from './failure.ts'

/**
 * Every failure that a caller can see: a stable word, its HTTP status, and whose fault it is, the request's (incomplete or
 * wrong) or the orchestrator's.
 */
export const errorCodes = {
  missing_body: { status: 400, fault: 'request' },
  invalid_json: { status: 400, fault: 'request' },
  missing_field: { status: 400, fault: 'request' },
  invalid_field: { status: 400, fault: 'request' },
  unknown_field: { status: 400, fault: 'request' },
  unsupported: { status: 400, fault: 'request' },
  invalid_image: { status: 400, fault: 'request' },
  image_not_found: { status: 400, fault: 'request' },
  image_build_failed: { status: 400, fault: 'request' },
  invalid_volume: { status: 400, fault: 'request' },
  unauthorized: { status: 401, fault: 'request' },
  wrong_host: { status: 403, fault: 'request' },
  wrong_origin: { status: 403, fault: 'request' },
  user_not_allowed: { status: 403, fault: 'request' },
  container_not_found: { status: 404, fault: 'request' },
  volume_not_found: { status: 404, fault: 'request' },
  data_not_found: { status: 404, fault: 'request' },
  path_not_found: { status: 404, fault: 'request' },
  route_not_found: { status: 404, fault: 'request' },
  method_not_allowed: { status: 405, fault: 'request' },
  timed_out: { status: 408, fault: 'request' },
  name_taken: { status: 409, fault: 'request' },
  already_running: { status: 409, fault: 'request' },
  not_running: { status: 409, fault: 'request' },
  being_created: { status: 409, fault: 'request' },
  already_paused: { status: 409, fault: 'request' },
  not_paused: { status: 409, fault: 'request' },
  bind_exists: { status: 409, fault: 'request' },
  container_paused: { status: 409, fault: 'request' },
  volume_busy: { status: 409, fault: 'request' },
  port_taken: { status: 409, fault: 'request' },
  limit_refused: { status: 409, fault: 'request' },
  no_health_check: { status: 409, fault: 'request' },
  body_too_large: { status: 413, fault: 'request' },
  container_active: { status: 422, fault: 'request' },
  container_registered: { status: 422, fault: 'request' },
  upgrade_required: { status: 426, fault: 'request' },
  state_unknown: { status: 500, fault: 'orchestrator' },
  registry_unreachable: { status: 500, fault: 'orchestrator' },
  image_failed: { status: 500, fault: 'orchestrator' },
  network_unavailable: { status: 500, fault: 'orchestrator' },
  limits_unavailable: { status: 500, fault: 'orchestrator' },
  start_failed: { status: 500, fault: 'orchestrator' },
  pause_failed: { status: 500, fault: 'orchestrator' },
  volume_failed: { status: 500, fault: 'orchestrator' },
  stop_failed: { status: 500, fault: 'orchestrator' },
  exec_failed: { status: 500, fault: 'orchestrator' },
  archive_failed: { status: 500, fault: 'orchestrator' },
  logs_failed: { status: 500, fault: 'orchestrator' },
  stats_failed: { status: 500, fault: 'orchestrator' },
  save_failed: { status: 500, fault: 'orchestrator' },
  internal: { status: 500, fault: 'orchestrator' },
  shutting_down: { status: 503, fault: 'orchestrator' },
  disk_full: { status: 507, fault: 'orchestrator' },
} as const

export type ErrorCode = keyof typeof errorCodes
export type ErrorStatus = (typeof errorCodes)[ErrorCode]['status']

/** A failure that its caller is told about, on either side of the wire. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly code: string
  readonly status: number
  readonly fault: Failure['fault']

  constructor(failure: Failure, options?: ErrorOptions) {
    super(failure.message, options)
    this.code = failure.code
    this.status = failure.status
    this.fault = failure.fault
  }

  toJSON(): Failure {
    return { status: this.status, code: this.code, message: this.message, fault: this.fault }
  }
}

/** Makes the error of a code; its status and fault come from the table. */
export const apiError = (code: ErrorCode, message: string, cause?: unknown) =>
  new ApiError({ ...errorCodes[code], code, message }, cause === undefined ? undefined : { cause })
