import type { Readable } from 'node:stream'
import { type AnswerOf, apiError, type RequestOf } from '@aptorch/shared'
import type { ContainerFiles } from '../../engine.ts'
import { isFolder } from '../../host/folders.ts'
import type { ContainerRecord } from '../../store/record.ts'
import { refuseUnknown } from '../gate.ts'
import { isActive } from '../view.ts'
import type { Operation, OperationDeps } from './operation.ts'

/** What is at a path in a container. */
export const createStat =
  (deps: OperationDeps): Operation<'stat'> =>
  ({ container_name, path }) =>
    withFiles(deps, container_name, async (files) => ({
      container_name,
      path,
      ...(await deps.engine.stat(files, path)),
    }))

/** A file or folder of a container as a tar archive. Resolves when that begins. */
export const createReadArchive =
  (deps: OperationDeps) =>
  (request: RequestOf<'readarchive'>, signal: AbortSignal): Promise<Readable> => {
    const { container_name: name, path, follow_link: follow = false } = request
    const { promise: begun, resolve, reject } = Promise.withResolvers<Readable>()
    withFiles(deps, name, async (files) => {
      const { archive, ended } = await deps.engine.readArchive(files, path, { follow })
      signal.addEventListener('abort', () => archive.destroy(), { once: true })
      if (signal.aborted) archive.destroy()
      resolve(archive)
      await ended
    }).catch(reject)
    return begun
  }

/** Unpacks a tar archive in a folder of a container. */
export const createWriteArchive =
  (deps: OperationDeps) =>
  (
    { container_name, path }: RequestOf<'writearchive'>,
    tar: Readable,
    signal: AbortSignal,
  ): Promise<AnswerOf<'writearchive'>> => {
    signal.addEventListener('abort', () => tar.destroy(new Error('the caller has left')), { once: true })
    return withFiles(deps, container_name, async (files) => {
      await deps.engine.writeArchive(files, path, tar)
      return { container_name, path }
    })
  }

/** Does something with the files of a container. One that doesn't run can't be started, deleted or changed meanwhile. */
const withFiles = async <Result>(
  deps: OperationDeps,
  name: string,
  work: (files: ContainerFiles) => Promise<Result>,
): Promise<Result> => {
  const { gate } = deps
  const record = gate.known(name)
  if (record.state === 'paused') throw apiError('container_paused', `${name} is paused; resume it first`)
  if (isActive(record)) return work(await runningFiles(deps, record))
  return gate.onContainer(name, async (now) => {
    refuseUnknown(now)
    return isActive(now) ? work(await runningFiles(deps, now)) : withStoppedFiles(deps, now, work)
  })
}

const runningFiles = async (
  { home, accounts, confinement }: OperationDeps,
  { name, spec, process }: ContainerRecord,
): Promise<ContainerFiles> => ({
  container: name,
  account: await accounts.get(spec.account),
  running: process && { process, confines: confinement.confinesOf(name) },
  rootfs: '', // it is what the container has for its root already
  data: home.dataOf(name, spec.image_label),
  volumes: [],
})

const withStoppedFiles = async <Result>(
  { home, accounts, images, volumes }: OperationDeps,
  { name, spec, image_key }: ContainerRecord,
  work: (files: ContainerFiles) => Promise<Result>,
): Promise<Result> => {
  const data = home.dataOf(name, spec.image_label)
  if (!(await isFolder(data))) throw apiError('data_not_found', `${name} has no data: it never ran`)
  const account = await accounts.get(spec.account)
  const { rootfs } = await images.ensure(spec.image, account, image_key)
  await volumes.recheck(spec.volumes)
  const staged = await volumes.stage(name, spec.volumes)
  try {
    return await work({ container: name, account, running: null, rootfs, data, volumes: staged.volumes })
  } finally {
    await staged.remove()
  }
}
