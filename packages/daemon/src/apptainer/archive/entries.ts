import { apiError } from '@aptorch/shared'
import { type Extract, extract, type Header } from 'tar-stream'
import type { Listing } from './stat.ts'

/**
 * Looks at the entries of a tar archive as it passes by, before anything unpacks them. The archive itself isn't changed, nor
 * kept. That nothing leads out of the container isn't up to this: what unpacks it has the container's own root.
 */
export class EntryCheck {
  readonly #parser: Extract
  #problem: Error | undefined
  #onTaken: () => void = () => undefined

  /** For an archive that is unpacked in a folder which holds these. */
  constructor(listing: Listing) {
    // Every write waits until all of it was looked at. Archives from before POSIX are taken too.
    this.#parser = extract(Object.assign({ highWaterMark: 1 }, { allowUnknownFormat: true }))
    this.#parser.on('error', (error) => {
      this.#problem ??= unreadable(error)
    })
    this.#parser.on('drain', () => this.#onTaken())
    this.#parser.on('close', () => this.#onTaken())
    this.#parser.on('entry', (header, content, next) => {
      this.#problem ??= problemOf(header, listing)
      content.resume()
      next()
    })
  }

  /** Takes the next bytes. Rejects with an ApiError as soon as an entry in them may not be unpacked. */
  async take(chunk: Buffer): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#onTaken = resolve
      if (this.#parser.write(chunk) || this.#parser.destroyed) resolve()
    })
    if (this.#problem) throw this.#problem
  }

  /** Gives up what it holds. */
  close(): void {
    this.#parser.destroy()
  }
}

const problemOf = (header: Header, listing: Listing): Error | undefined => {
  const { type, linkname } = header
  const name = nameOf(header)
  if (leadsOut(name)) return refused(name, 'its name is absolute or has ".." in it')
  if (type === 'link' && leadsOut(linkname)) return refused(name, `it is a hard link to "${linkname}"`)
  const [first, ...below] = name.split('/').filter((part) => part !== '' && part !== '.')
  const there = first === undefined ? undefined : listing.get(first)
  if (there === undefined) return undefined
  const isFolder = below.length > 0 || type === 'directory'
  if (isFolder && !there.leadsToFolder) return refused(name, `"${first}" is there, and is not a folder`)
  if (!isFolder && there.isFolder) return refused(name, `"${first}" is there, and is a folder`)
  return undefined
}

// A sparse file stands under a made-up name in its own header ("Storing Sparse Files, PAX Format 1.0", GNU tar's manual).
const nameOf = ({ name, pax }: Header): string => (pax as Record<string, string> | null)?.['GNU.sparse.name'] ?? name

const leadsOut = (name: string) => name.startsWith('/') || name.split('/').includes('..')

const refused = (name: string, why: string) =>
  apiError('invalid_field', `the archive's entry "${name.slice(0, 200)}" is not unpacked: ${why}`)

const unreadable = (error: Error) =>
  apiError(
    'invalid_field',
    `the body is not a tar archive that can be read (${error.message}); want one that is not compressed, best in the POSIX format (tar --format=posix)`,
    error,
  )
