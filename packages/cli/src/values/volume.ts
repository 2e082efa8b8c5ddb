import { BadValue } from './bad-value.ts'
import { absolutePath } from './path.ts'

export interface VolumeSpec {
  readonly host_location?: string
  readonly container_location: string
  readonly read_only?: boolean
}

export type WholeVolumeSpec = VolumeSpec & { readonly host_location: string }

/** Reads docker's `HOST:CONTAINER[:ro|rw]`. */
export const readVolume = (text: string, cwd: string): WholeVolumeSpec => {
  const [host = '', container = '', mode, ...more] = text.split(':')
  const location = absolutePath(host, cwd)
  if (location === undefined || !container.startsWith('/') || more.length > 0 || !isMode(mode))
    throw new BadValue(wanted)
  return {
    host_location: location,
    container_location: container,
    ...(mode === undefined ? {} : { read_only: mode === 'ro' }),
  }
}

/** As `readVolume`, or the container's side alone. */
export const readVolumeOrPlace = (text: string, cwd: string): VolumeSpec =>
  text.startsWith('/') && !text.includes(':') ? { container_location: text } : readVolume(text, cwd)

const wanted = 'HOST:CONTAINER or HOST:CONTAINER:ro, such as /srv/data:/data or ./data:/data:ro'

const isMode = (mode: string | undefined) => mode === undefined || mode === 'ro' || mode === 'rw'
