import { randomBytes } from 'node:crypto'
import {
  apiError,
  type BoundHealthCheck,
  type HealthCheck,
  type Port,
  type StartRequest,
  type Volume,
  wordsOf,
} from '@aptorch/shared'
import { addressOf, type ImageSource, parseImage } from '../images/source.ts'
import type { ContainerSpec } from '../store/record.ts'

/** A `/start` made whole: nothing in it is optional any more. The host's sides of volumes and ports are still to be checked. */
export interface StartOrder {
  readonly name: string
  readonly source: ImageSource
  readonly spec: Omit<ContainerSpec, 'volumes' | 'ports' | 'account'>
  /** Each with the field that it came in, for the messages. */
  readonly volumes: readonly { readonly field: string; readonly volume: Volume }[]
  readonly ports: readonly Port[]
  readonly user: string | undefined
  readonly warnings: readonly string[]
}

/** What the configuration lays under every `/start`. */
export type StartDefaults = Pick<
  StartRequest,
  'environment' | 'working_dir' | 'labels' | 'restart_policy' | 'volumes' | 'network'
>

const nextpyterHome = '/home/nextpyter'

/** Completes a request from the defaults and the image's address. Throws an ApiError that names the field. */
export const completeStart = (request: StartRequest, defaults: StartDefaults): StartOrder => {
  const source = parseImage(imageAddress(request))
  return {
    name: request.container_name ?? `${source.label.slice(0, 50)}-${randomBytes(3).toString('hex')}`,
    source,
    spec: {
      image: source.address,
      image_label: request.container_image ?? source.label,
      image_distributor: request.image_distributor ?? source.distributor,
      image_os: request.image_os ?? source.os,
      image_version: request.image_version ?? source.version,
      command: request.container_command ?? [],
      environment: { ...defaults.environment, ...request.enviroment, ...request.environment },
      working_dir: request.working_dir ?? defaults.working_dir ?? null,
      labels: { ...defaults.labels, ...request.labels },
      network: request.network ?? defaults.network ?? 'host',
      // 0 is no limit as well.
      cpus: request.cpus || null,
      memory: request.memory || null,
      pids: request.pids || null,
      gpu: request.gpu ?? null,
      restart_policy: request.restart_policy ?? defaults.restart_policy ?? 'unless-stopped',
      restart_on_exit: (request.restart_policy ?? defaults.restart_policy) !== undefined,
      health_check: request.health === undefined ? null : completeHealthCheck(request.health),
    },
    volumes: volumesOf(request, defaults),
    ports: portsOf(request, defaults),
    user: request.user,
    warnings:
      request.group_add === undefined
        ? []
        : ['group_add means nothing here and was passed over: a container runs as one account'],
  }
}

/** The defaults are docker's. */
const completeHealthCheck = (asked: HealthCheck): BoundHealthCheck => ({
  command: [...wordsOf(asked.command)],
  interval_s: asked.interval_s ?? 30,
  timeout_s: asked.timeout_s ?? 30,
  retries: asked.retries ?? 3,
  start_period_s: asked.start_period_s ?? 0,
  on_unhealthy: asked.on_unhealthy ?? 'none',
})

const imageAddress = (request: StartRequest): string => {
  const { image, image_distributor, image_os, image_version } = request
  if (image !== undefined) {
    if (image_distributor ?? image_os ?? image_version) {
      throw apiError(
        'invalid_field',
        'image: want either image, or image_distributor with image_os and image_version, not both',
      )
    }
    return image
  }
  if (image_os === undefined) {
    throw apiError(
      'missing_field',
      (image_distributor ?? image_version)
        ? 'image_os is missing; want a name such as "ubuntu"'
        : 'image is missing; want an address such as "docker://ubuntu:22.04"',
    )
  }
  if (image_distributor === undefined)
    throw apiError('missing_field', 'image_distributor is missing; want a kind of source such as "docker"')
  return addressOf(image_distributor, image_os, image_version ?? 'latest')
}

const volumesOf = (request: StartRequest, defaults: StartDefaults) => [
  ...(defaults.volumes ?? []).map((volume, index) => ({ field: `defaults.volumes[${index}].host_location`, volume })),
  ...(request.volume_name === undefined
    ? []
    : [{ field: 'volume_name', volume: { host_location: request.volume_name, container_location: nextpyterHome } }]),
  ...Object.entries(request.binds ?? {}).map(([host, container]) => ({
    field: `binds.${host}`,
    volume: { host_location: host, container_location: container },
  })),
  ...(request.volumes ?? []).map((volume, index) => ({ field: `volumes[${index}].host_location`, volume })),
]

const portsOf = ({ ports = [], network }: StartRequest, defaults: StartDefaults): readonly Port[] => {
  const own = network ?? defaults.network ?? 'host'
  if (ports.length === 0 || own === 'bridge') return ports
  throw apiError(
    'invalid_field',
    own === 'host'
      ? 'ports: with the network "host" the container\'s ports are the host\'s already; leave ports out, or ask for network bridge, which a root daemon gives'
      : `ports: with the network "${own}" there is no way in; leave ports out, or ask for network bridge, which a root daemon gives`,
  )
}
