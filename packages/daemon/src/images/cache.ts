import { createHash, randomUUID } from 'node:crypto'
import { readdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Engine } from '../engine.ts'
import type { AccountFolders, Home } from '../home.ts'
import { type Account, ownAccount } from '../host/account.ts'
import { isFolder, makeFolder, removeTree, writeOwnFile } from '../host/folders.ts'
import { identify, isAlive, ProcessIdentity } from '../host/process.ts'
import type { Log } from '../log.ts'
import { checkReadable, findLocal, fingerprint, type LocalImage } from './local.ts'
import { type ImageSource, parseImage } from './source.ts'

/** An image of the cache: `key` names its folder among the account's images. */
export interface CachedImage {
  readonly key: string
  readonly rootfs: string
}

/** The daemon is shutting down, so an image was not made. */
export class BrokenOff extends Error {
  override readonly name = 'BrokenOff'
  override readonly message = 'the daemon is shutting down'
}

/**
 * One read-only sandbox for each distinct source, shared by all containers of an account.
 *
 * An image is made in `making/<id>` and renamed to `images/<key>` when it is whole: whatever lies under `images` is
 * complete. Those who ask for an image that is being made wait for it. `making/<id>.maker` says which process makes it, so
 * that a daemon that comes after a crash can end it.
 */
export class ImageCache {
  readonly #home: Home
  readonly #engine: Engine
  readonly #log: Log
  readonly #onMade: (address: string) => void
  readonly #making = new Map<string, Promise<CachedImage>>()
  readonly #closing = new AbortController()

  constructor({
    home,
    engine,
    log,
    onMade,
  }: {
    home: Home
    engine: Engine
    log: Log
    /** Called with the address of each image that was made. */
    onMade: (address: string) => void
  }) {
    this.#home = home
    this.#engine = engine
    this.#log = log
    this.#onMade = onMade
  }

  /**
   * The key of the image that an address names now. Rejects with an ApiError when it is plain already that no image can be
   * made from it.
   */
  async identify(address: string, account: Account): Promise<string> {
    const { source, local } = await this.#look(address)
    const key = await keyOf(source, local, account)
    if (local && !(await isFolder(this.#imageAt(account, key).rootfs))) await checkReadable(local, account)
    return key
  }

  /**
   * The image of this key, made from the address when it is not there. The key is the one that `identify` gave when the
   * container was created: what the address names may have changed, but the container's overlay fits no other image.
   */
  async ensure(address: string, account: Account, key: string): Promise<CachedImage> {
    const image = this.#imageAt(account, key)
    const id = `${account.name}/${key}`
    const making = this.#making.get(id)
    if (making) return making
    if (await isFolder(image.rootfs)) return image
    const { source, local } = await this.#look(address)
    return this.#making.get(id) ?? this.#share(id, this.#make(source, local, account, image))
  }

  /** Makes an account's folders, and ends and removes what a daemon before this one left half made in them. */
  async open(account: Account): Promise<void> {
    const folders = this.#home.accountOf(account.name)
    await makeAccountFolders(folders, account)
    const { making, tmp } = folders
    for (const name of await readdir(making)) {
      const path = join(making, name)
      if (name.endsWith('.maker')) await endMaker(path)
    }
    for (const name of await readdir(making)) {
      const path = join(making, name)
      if (name.endsWith('.maker')) await rm(path, { force: true })
      else await removeTree(path)
    }
    await removeTree(tmp)
    await makeFolder(tmp, { uid: account.uid, gid: account.gid, mode: 0o700 })
  }

  /** Breaks off what is being made; those who wait for it are told. */
  async close(): Promise<void> {
    this.#closing.abort(new BrokenOff())
    await Promise.allSettled(this.#making.values())
  }

  async #look(address: string): Promise<{ source: ImageSource; local: LocalImage | null }> {
    const source = parseImage(address)
    const { path, distributor } = source
    return { source, local: path === null ? null : await findLocal(address, path, distributor, this.#home.root) }
  }

  #imageAt(account: Account, key: string): CachedImage {
    return { key, rootfs: join(this.#home.accountOf(account.name).images, key, 'rootfs') }
  }

  #share(id: string, making: Promise<CachedImage>) {
    const shared = making.finally(() => this.#making.delete(id))
    this.#making.set(id, shared)
    return shared
  }

  async #make(
    source: ImageSource,
    local: LocalImage | null,
    account: Account,
    image: CachedImage,
  ): Promise<CachedImage> {
    if (local) await checkReadable(local, account)
    const began = performance.now()
    const folders = this.#home.accountOf(account.name)
    const id = randomUUID()
    const workshop = join(folders.making, id)
    const note = `${workshop}.maker`
    await makeFolder(workshop, { uid: account.uid, gid: account.gid, mode: 0o700 })
    try {
      await this.#engine.makeImage({
        account,
        source: source.address,
        remote: local === null,
        insecure: source.insecure,
        target: join(workshop, 'rootfs'),
        signal: this.#closing.signal,
        onStart: (pid) => writeOwnFile(note, JSON.stringify(identify(pid) ?? null), 0o600),
      })
      await rename(workshop, join(folders.images, image.key))
    } catch (error) {
      await removeTree(workshop)
      throw error
    } finally {
      await rm(note, { force: true })
    }
    this.#log.debug({
      event: 'image made',
      image: source.address,
      key: image.key,
      ms: Math.round(performance.now() - began),
    })
    this.#onMade(source.address)
    return image
  }
}

/** The account can write in its folders, but can't replace them. */
const makeAccountFolders = async (folders: AccountFolders, account: Account): Promise<void> => {
  const { uid } = ownAccount()
  for (const path of [folders.root, folders.making]) await makeFolder(path, { uid, gid: account.gid, mode: 0o750 })
  for (const path of [folders.images, folders.instances, folders.cache, folders.tmp]) {
    await makeFolder(path, { uid: account.uid, gid: account.gid, mode: 0o700 })
  }
}

const keyOf = async (source: ImageSource, local: LocalImage | null, account: Account): Promise<string> => {
  const content = local ? await fingerprint(local, account) : ''
  const digest = createHash('sha256').update(`${source.address}\n${content}`).digest('hex')
  return `${source.label}-${digest.slice(0, 16)}`
}

const endMaker = async (note: string) => {
  const text = await readFile(note, 'utf8')
  const maker = ProcessIdentity.safeParse(text === '' ? null : JSON.parse(text))
  if (maker.success && isAlive(maker.data)) process.kill(-maker.data.pid, 'SIGKILL')
}
