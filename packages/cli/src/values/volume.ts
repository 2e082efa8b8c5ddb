import { BadValue } from './bad-value.ts'
import { absolutePath } from './path.ts'

export interface VolumeSpec {
  readonly host_location?: string
  readonly container_location: string
  readonly read_only?: boolean
  readonly chown?: boolean
}

export type WholeVolumeSpec = VolumeSpec & { readonly host_location: string }

/** Reads docker's `HOST:CONTAINER[:OPTION,…]` with `ro` or `rw`, and podman's `U`, which gives it to the container's account. */
export const readVolume = (text: string, cwd: string): WholeVolumeSpec => {
  const [host = '', container = '', options, ...more] = text.split(':')
  const location = absolutePath(host, cwd)
  if (location === undefined || !container.startsWith('/') || more.length > 0) throw new BadValue(wanted)
  return {
    host_location: location,
    container_location: container,
    ...(options === undefined ? {} : readOptions(options.split(','))),
  }
}

/** As `readVolume`, or the container's side alone. */
export const readVolumeOrPlace = (text: string, cwd: string): VolumeSpec =>
  text.startsWith('/') && !text.includes(':') ? { container_location: text } : readVolume(text, cwd)

const wanted =
  'HOST:CONTAINER or HOST:CONTAINER:OPTIONS with the options ro, rw and U, such as /srv/data:/data or ./data:/data:ro,U'

const readOptions = (options: readonly string[]): Pick<VolumeSpec, 'read_only' | 'chown'> => {
  const [ro, rw, chown] = ['ro', 'rw', 'U'].map((option) => options.includes(option))
  if (options.some((option) => !['ro', 'rw', 'U'].includes(option)) || (ro && rw)) throw new BadValue(wanted)
  return { ...(ro || rw ? { read_only: ro === true } : {}), ...(chown ? { chown } : {}) }
}
