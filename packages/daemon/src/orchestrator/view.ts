import type { Container } from '@aptorch/shared'
import type { Subject } from '../events/events.ts'
import type { Home } from '../home.ts'
import type { ContainerRecord } from '../store/record.ts'

export const isActive = ({ state }: Pick<ContainerRecord, 'state'>): boolean =>
  state === 'running' || state === 'paused'

/** What an event says of the container that it is about. */
export const subjectOf = ({ name, spec }: Pick<ContainerRecord, 'name' | 'spec'>): Subject => ({
  container_name: name,
  image: spec.image,
  labels: spec.labels,
})

/** Host path to container path, for the routes that show volumes as a map. */
export const bindsOf = ({ spec }: ContainerRecord): Record<string, string> =>
  Object.fromEntries(spec.volumes.map((volume) => [volume.host_location, volume.container_location]))

/** A container as every route shows it. */
export const showContainer = (record: ContainerRecord, home: Home): Omit<Container, 'status'> => {
  const { spec } = record
  return {
    container_name: record.name,
    container_active: isActive(record),
    container_ip: isActive(record) ? addressOf(record) : null,
    container_image: spec.image_label,
    image_distributor: spec.image_distributor,
    image_os: spec.image_os,
    image_version: spec.image_version,
    binds: bindsOf(record),
    state: record.state,
    exit_code: record.exit_code,
    oom_killed: record.oom_killed,
    error: record.error,
    created_at: record.created_at,
    started_at: record.started_at,
    finished_at: record.finished_at,
    image: spec.image,
    volumes: spec.volumes,
    command: spec.command,
    environment: spec.environment,
    working_dir: spec.working_dir,
    labels: spec.labels,
    user: spec.account,
    network: spec.network,
    ports: spec.ports,
    cpus: spec.cpus,
    memory: spec.memory,
    pids: spec.pids,
    gpu: spec.gpu,
    restart_policy: spec.restart_policy,
    restart_on_exit: spec.restart_on_exit,
    restart_count: record.restart_count,
    next_restart_at: record.restart.at,
    health: record.health,
    health_check: spec.health_check,
    health_output: record.health_output,
    pid: isActive(record) ? (record.process?.pid ?? null) : null,
    data_path: home.dataOf(record.name, spec.image_label),
  }
}

const addressOf = ({ spec, address }: ContainerRecord) => (spec.network === 'host' ? '127.0.0.1' : address)
