import { apiError } from '@aptorch/shared'

/** Where an image comes from, read from a request's words alone. */
export interface ImageSource {
  /** The address as it was asked for. */
  readonly address: string
  /** What follows `docker-archive:` and the like, or the whole path; null when the image comes from a registry. */
  readonly path: string | null
  readonly distributor: string
  readonly os: string
  readonly version: string
  /** The registry is on loopback, where TLS isn't asked for. */
  readonly insecure: boolean
  /** One path component that says which image it is. */
  readonly label: string
}

const registrySchemes = ['docker', 'oras', 'library', 'shub']
const archiveSchemes = ['docker-archive', 'oci-archive', 'oci']
const wanted =
  'docker://…, oras://…, library://…, shub://…, docker-archive:/…, oci:/…, oci-archive:/…, or the absolute path of a SIF, a sandbox or a definition file'

/** Reads an image's address. Throws an ApiError that names the field `image`. */
export const parseImage = (address: string): ImageSource => {
  const registry = address.match(/^([a-z]+):\/\/(.*)$/s)
  if (registry?.[1] && registrySchemes.includes(registry[1]))
    return fromRegistry(address, registry[1], registry[2] ?? '')
  const archive = address.match(/^([a-z-]+):(?!\/\/[^/])(.*)$/s)
  if (archive?.[1] && archiveSchemes.includes(archive[1]))
    return fromPath(address, archive[1], (archive[2] ?? '').replace(/^\/\/(?=\/)/, ''))
  if (address.startsWith('/')) return fromPath(address, 'file', address)
  throw invalid(address, wanted)
}

/** The older form: distributor, name and version. */
export const addressOf = (distributor: string, os: string, version: string): string => {
  if (!registrySchemes.includes(distributor)) {
    throw apiError(
      'invalid_field',
      `image_distributor: got "${distributor}", want one of ${registrySchemes.join(', ')}`,
    )
  }
  return `${distributor}://${os}:${version}`
}

const fromRegistry = (address: string, scheme: string, reference: string): ImageSource => {
  // The grammar of the distribution reference (domain, path, tag, digest), without its finer rules: the registry knows them.
  const parts = reference.match(
    /^(\[[0-9a-f:]+\](?::\d+)?\/)?([A-Za-z0-9][A-Za-z0-9._/-]*(?::\d+\/[A-Za-z0-9][A-Za-z0-9._/-]*)?)(?::([A-Za-z0-9_][A-Za-z0-9_.-]*))?(?:@(sha256:[0-9a-f]{64}))?$/,
  )
  if (!parts?.[2] || reference.includes('..'))
    throw invalid(address, `${scheme}://NAME:TAG, such as docker://ubuntu:22.04`)
  const os = `${parts[1] ?? ''}${parts[2]}`
  const version = parts[3] ?? parts[4] ?? 'latest'
  return {
    address,
    path: null,
    distributor: scheme,
    os,
    version,
    insecure: isLoopback(os.includes('/') ? (os.split('/')[0] ?? '') : ''),
    label: labelOf(`${os.split('/').at(-1)}-${version.replace(/^sha256:(.{12}).*$/, '$1')}`),
  }
}

const fromPath = (address: string, distributor: string, path: string): ImageSource => {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  if (!path.startsWith('/') || path.split('/').includes('..') || /[\u0000-\u001f\u007f]/.test(path)) {
    throw invalid(address, 'an absolute path without ".." or control characters')
  }
  // `oci:` and the archives may name one of several images: PATH:TAG
  const file = distributor === 'file' ? path : path.replace(/:[^/]*$/, '')
  const name = file.replace(/\/+$/, '').split('/').at(-1) ?? ''
  return {
    address,
    path: file,
    distributor,
    os: name,
    version: '',
    insecure: false,
    label: labelOf(name.replace(/\.(sif|def|tar|img|simg)$/, '')),
  }
}

const labelOf = (text: string) =>
  text
    .replace(/[^A-Za-z0-9_.-]+/g, '-')
    .replace(/^[^A-Za-z0-9]+/, '')
    .slice(0, 100) || 'image'

const isLoopback = (registry: string) => /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/.test(registry)

const invalid = (address: string, want: string) =>
  apiError('invalid_image', `image: got ${JSON.stringify(address.slice(0, 200))}, want ${want}`)
