import { stripVTControlCharacters } from 'node:util'
import { apiError, type ErrorCode } from '@aptorch/shared'
import type { RunResult } from './run.ts'

/** Apptainer's own last lines: those that say FATAL or ERROR when there are any, without the labels and colours. */
export const lastLines = (stderr: string): string => {
  const lines = linesOf(stderr)
  const telling = lines.filter((line) => /^(FATAL|ERROR):/.test(line) && !aftermath.test(line))
  return (telling.length > 0 ? telling : lines)
    .slice(-4)
    .map((line) => line.replace(/^(FATAL|ERROR):\s*/, ''))
    .join('\n')
}

// What it says as well after every start that failed.
const aftermath = /container cleanup failed: no instance found|while executing starter: failed to start instance/

const causes: readonly {
  readonly code: ErrorCode
  readonly pattern: RegExp
  readonly says: (source: string) => string
}[] = [
  {
    code: 'disk_full',
    pattern: /no space left on device|disk quota exceeded/i,
    says: (source) => `the disk is full: the image ${source} could not be made`,
  },
  {
    code: 'invalid_image',
    pattern: /could not parse reference|invalid reference format/i,
    says: (source) => `image: got "${source}", want an address that a registry can have`,
  },
  {
    code: 'registry_unreachable',
    pattern:
      /connection refused|no such host|i\/o timeout|network is unreachable|no route to host|connection reset|TLS handshake|server gave HTTP response to HTTPS|temporary failure in name resolution|pinging container registry|x509:/i,
    says: (source) => `the registry of ${source} can't be reached; check its name, the network and the proxy`,
  },
  {
    code: 'image_not_found',
    pattern:
      /manifest unknown|name unknown|repository name not known|requested access to the resource is denied|unauthorized|not found|404/i,
    says: (source) => `image: got "${source}", want one that its registry has and gives out; check name and tag`,
  },
]

/** The error of an image that could not be made. Of a definition file's own scripts it has the last lines as well. */
export const imageFailure = (source: string, remote: boolean, { stdout, stderr }: RunResult) => {
  const detail = remote ? lastLines(stderr) : [...tail(stdout), ...tail(stderr)].join('\n')
  const cause = causes.find(({ code, pattern }) => (remote || code === 'disk_full') && pattern.test(stderr))
  if (cause) return apiError(cause.code, `${cause.says(source)}\n${detail}`)
  return apiError(remote ? 'image_failed' : 'image_build_failed', `the image ${source} could not be made: ${detail}`)
}

/** The error of a container that could not be started. */
export const startFailure = (
  container: string,
  { stderr, timedOut }: RunResult,
  volumes: readonly { readonly host_location: string; readonly container_location: string }[] = [],
) => {
  const misfit = findMisfit(stderr, volumes)
  if (misfit) return apiError('invalid_volume', `${container} could not be started: ${misfit}`)
  const code = /no space left on device|disk quota exceeded/i.test(stderr) ? 'disk_full' : 'start_failed'
  return apiError(
    code,
    `${container} could not be started: ${timedOut ? 'Apptainer did not answer in time' : lastLines(stderr) || 'Apptainer gave no reason'}`,
  )
}

/** A volume that can't be where it was asked for, which Apptainer finds only when it mounts: what is wrong with it. */
const findMisfit = (
  stderr: string,
  volumes: readonly { readonly host_location: string; readonly container_location: string }[],
): string | undefined => {
  const [, over] = stderr.match(/->(.+?) error: .*: not a directory/) ?? []
  if (over) return `the volume at "${over}" is a folder over a file of the image, or a file over a folder`
  const [, path] = stderr.match(/failed to create (?:file|directory|dir) (.+?): .*read-only file system/) ?? []
  const around = volumes.find(({ host_location }) => path?.startsWith(`${host_location}/`))
  if (!path || !around) return undefined
  const inside = `${around.container_location}${path.slice(around.host_location.length)}`
  return `the volume at "${inside}" lies in the one at "${around.container_location}", which is read-only; make its place there on the host first`
}

const tail = (output: string) => linesOf(output).slice(-12)

const linesOf = (output: string) =>
  stripVTControlCharacters(output)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
